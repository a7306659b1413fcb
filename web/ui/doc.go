// Package ui is the portal's visual language: layouts and components. It knows
// no room, no permission and no database; what differs by role is computed by
// the caller.
package ui

//go:generate go tool templ generate
