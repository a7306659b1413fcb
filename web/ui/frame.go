package ui

import "context"

// Frame is what every page shows around its content. Package page fills it in
// and puts it into the context; layouts read it from there.
type Frame struct {
	Path     string // the address without parameters
	Site     string // the portal's name
	BaseURL  string
	Place    string // "东城街道" or "东莞市"; "" for residents
	Person   string
	Role     string // the acting role on screen
	Roles    []RoleChoice
	SignedIn bool
	Nav      []NavGroup
	Tabs     []NavItem // the phone's bottom bar, beside "更多"
	Doors    []NavItem // the residents' ways in
	Unread   int
	Flash    []Flash
	Large    bool   // 适老 large type
	Theme    string // "", "light" or "dark"
	Demo     bool
}

// RoleChoice is a role that the person may act in.
type RoleChoice struct {
	GrantID int64
	Label   string
	Current bool
}

// NavGroup is a group of places in the rail.
type NavGroup struct {
	Label string
	Items []NavItem
}

// NavItem is a place to go to.
type NavItem struct {
	Label, URL, Icon string
	Current          bool
	Badge            int
}

// Tone is what a colour and shape tell.
type Tone string

// The tones. Each comes with words; colour alone says nothing.
const (
	TonePlain Tone = "plain"
	ToneGo    Tone = "go"   // done well, on time
	ToneWait  Tone = "wait" // soon, needs attention
	ToneStop  Tone = "stop" // overdue, refused
	ToneDone  Tone = "done" // ended
)

// Flash is a message about what was just done.
type Flash struct {
	Tone Tone
	Text string
}

type frameKey struct{}

// WithFrame returns ctx carrying f.
func WithFrame(ctx context.Context, f Frame) context.Context {
	return context.WithValue(ctx, frameKey{}, &f)
}

// FrameOf returns the frame in ctx, or an empty one.
func FrameOf(ctx context.Context) *Frame {
	if f, ok := ctx.Value(frameKey{}).(*Frame); ok {
		return f
	}
	return &Frame{}
}
