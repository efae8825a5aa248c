//go:build race

package e2e_test

// raceFlags build the watched binary: all of it is watched, but for SQLite; see the Makefile.
var raceFlags = []string{"-race", "-gcflags=modernc.org/...=-race=false"}
