// Command portal runs the workbench of the street committees and what its
// administrators need around it. `portal --help` lists the commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is the command line. Every flag has its environment variable.
type cli struct {
	Serve   serveCommand   `cmd:"" help:"Serve the portal."`
	Migrate migrateCommand `cmd:"" help:"Create roles and schema in the database, or bring them to this version."`
	Demo    demoCommand    `cmd:"" help:"Load the demonstration city: four streets, their history of 2019 and 2020, and the weeks before today."`
	City    cityCommand    `cmd:"" help:"Found the cities and streets of an installation."`
	Account accountCommand `cmd:"" help:"Make the first administrators, and help out who cannot sign in."`
	Version versionCommand `cmd:"" help:"Say which version this is."`
}

func main() {
	os.Exit(run())
}

func run() int {
	var c cli
	k := kong.Parse(&c,
		kong.Name("portal"),
		kong.Description("街道人大工作平台: the workbench of the street committees."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	k.BindTo(ctx, (*context.Context)(nil))
	k.Bind(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err := k.Run(); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "portal: "+explain(err))
		return 1
	}
	return 0
}

type versionCommand struct{}

// Run prints the version of the source and of Go.
func (versionCommand) Run() error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this program was built without version information")
	}
	revision, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	fmt.Printf("portal %s %s%s (%s)\n", info.Main.Version, revision, changed, info.GoVersion)
	return nil
}
