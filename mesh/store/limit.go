package store

import "regexp"

var boundLimit = regexp.MustCompile(`(?i)\bLIMIT (\$\d+)`)

// plannedOnce keeps SQLite from planning a prepared statement anew each time: it does so when the value of a bare parameter
// behind LIMIT is bound, and looks at it, since 3.47.
func plannedOnce(query string) string { return boundLimit.ReplaceAllString(query, `LIMIT ($1 + 0)`) }
