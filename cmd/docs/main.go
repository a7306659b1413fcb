// Command docs writes the documents that are generated from code. `make
// generate` runs it, and `make check` fails where a document is not fresh.
package main

import (
	"log"
	"os"
	"path/filepath"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/appointment"
	"portal/internal/deputy"
	"portal/internal/figure"
	"portal/internal/gathering"
	"portal/internal/institution"
	"portal/internal/mandate"
	"portal/internal/meeting"
	"portal/internal/opinion"
	"portal/internal/performance"
	"portal/internal/plan"
	"portal/internal/poll"
	"portal/internal/procedure"
	"portal/internal/register"
	"portal/internal/reportback"
	"portal/internal/suggestion"
	"portal/internal/team"
	"portal/internal/training"
	"portal/internal/voter"
)

// procedures are those of all rooms, a line each.
var procedures = []*procedure.Table{
	&opinion.Procedure, &deputy.Procedure, &deputy.Credentials, &deputy.Planning,
	&voter.Procedure,
	&institution.CityProcedure,
	&institution.Procedure,
	&mandate.Procedure,
	&mandate.StreetProcedure,
	&mandate.RequestProcedure,
	&register.Procedure,
	&team.Experts,
	&team.Officers,
	&appointment.Procedure,
	&training.Procedure,
	&gathering.Procedure,
	&poll.Procedure,
	&meeting.Procedure,
	&meeting.TopicProcedure,
	&meeting.TaskProcedure,
	&reportback.Sessions,
	&reportback.Procedure,
	&suggestion.Procedure,
	&plan.Procedure, &plan.Ideas,
	&activity.Procedure,
	&performance.Supplements, &performance.Disputes,
}

// documents are the generated files of docs with what they say.
func documents() map[string]string {
	return map[string]string{
		"permissions.md": access.Markdown(),
		"procedures.md":  procedure.Markdown(procedures...),
		"figures.md":     figure.Markdown(),
	}
}

func main() {
	log.SetFlags(0)
	for name, text := range documents() {
		if err := os.WriteFile(filepath.Join("docs", name), []byte(text), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
