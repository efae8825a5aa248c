//go:build race

package e2e_test

// buildFlags of the binary under test: it is watched for races when the tests are, but for SQLite; see the Makefile.
var buildFlags = []string{"build", "-race", "-gcflags=modernc.org/...=-race=false"}
