// Package views holds the templates: pages "feature/x.html", partials "feature/_x.html", the frame in layout/.
// The name of a template is its path without the extension. Icon and static file names are checked when a
// template is executed, see package static.
package views

import "embed"

// FS is the folder of the templates. The pattern includes partials, whose names start with an underscore.
//
//go:embed all:*
var FS embed.FS
