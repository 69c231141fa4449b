// Package static holds the style sheets, scripts, fonts and icons of the site and serves them under names
// that carry a hash of their content, so that browsers may keep them for ever.
package static

import "embed"

//go:embed css js fonts vendor *.svg *.txt
var source embed.FS
