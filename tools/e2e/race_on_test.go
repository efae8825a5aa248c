//go:build race

package e2e_test

// buildFlags of the binary under test: it is watched for races when the tests are.
var buildFlags = []string{"build", "-race"}
