package e2e_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Parley, built once or twice.
var (
	// watched is watched for races when the tests are.
	watched string
	// plain never is. It is for what is killed, and for what counts and measures: a process that is killed says nothing of
	// races, under the detector it starts in the triple of processor time, and these tests start it sixty times. The same
	// code runs in the watched one in the tests of what it does.
	plain string
)

func TestMain(m *testing.M) {
	code, err := built(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// built runs the tests on binaries that are gone afterwards.
func built(run func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "parley-e2e-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	plain = filepath.Join(dir, "parley")
	if err := build(plain); err != nil {
		return 1, err
	}
	watched = plain
	if len(raceFlags) > 0 {
		watched = filepath.Join(dir, "parley-watched")
		if err := build(watched, raceFlags...); err != nil {
			return 1, err
		}
	}
	return run(), nil
}

func build(file string, flags ...string) error {
	arguments := append(append([]string{"build"}, flags...), "-o", file, "github.com/parleyhq/parley/tools/parley")
	command := exec.Command("go", arguments...)
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("build parley %v: %w", flags, err)
	}
	return nil
}
