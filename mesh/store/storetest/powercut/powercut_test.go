package powercut_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest/powercut"
	_ "modernc.org/sqlite"
)

// programFolder tells this test binary to be the program that is traced, and where its files go.
const programFolder = "PARLEY_POWERCUT_FOLDER"

const writes = 12

const table = `CREATE TABLE rows (id BIGINT PRIMARY KEY);`

// TestProgram is the program when it is traced, and nothing otherwise.
func TestProgram(t *testing.T) {
	folder := os.Getenv(programFolder)
	if folder == "" {
		return
	}
	if strings.HasSuffix(folder, "careless") {
		careless(t, folder)
		return
	}
	db, err := store.Open(t.Context(), "promises", store.Config{Engine: store.SQLite, Dir: folder})
	must(t, err)
	must(t, db.Migrate(t.Context(), "promises", fstest.MapFS{"0001_rows.sql": {Data: []byte(table)}}))
	for i := range writes {
		must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO rows (id) VALUES ($1)`, i)
			return err
		}))
		fmt.Printf("promised %d\n", i)
	}
	must(t, db.Close())
}

// careless promises what it has not fsynced.
func careless(t *testing.T, folder string) {
	must(t, os.MkdirAll(folder, 0o700))
	db, err := sql.Open("sqlite", filepath.Join(folder, "promises.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)")
	must(t, err)
	db.SetMaxOpenConns(1)
	_, err = db.Exec(table)
	must(t, err)
	for i := range writes {
		_, err := db.Exec(`INSERT INTO rows (id) VALUES ($1)`, i)
		must(t, err)
		fmt.Printf("promised %d\n", i)
	}
	must(t, db.Close())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// trace runs the program and answers its trace and its folder.
func trace(t *testing.T, name string) (file, folder string) {
	t.Helper()
	dir := t.TempDir()
	file, folder = filepath.Join(dir, "trace"), filepath.Join(dir, name)
	cmd := powercut.Command(t.Context(), file, os.Args[0], "-test.run=^TestProgram$")
	cmd.Env = append(os.Environ(), programFolder+"="+folder)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s (strace must be installed)", err, out)
	}
	return file, folder
}

// kept is how many rows there are when power fails as the program says `promised n`.
func kept(t *testing.T, file, folder string, n int) (rows int, err error) {
	t.Helper()
	into := t.TempDir()
	said := fmt.Sprintf("promised %d\n", n)
	must(t, powercut.Rebuild(file, folder, into, func(c powercut.Call) bool {
		return c.Name == "write" && string(c.Data) == said
	}))
	db, err := store.Open(t.Context(), "promises", store.Config{Engine: store.SQLite, Dir: into})
	must(t, err)
	defer func() { must(t, db.Close()) }()
	err = db.QueryRow(t.Context(), `SELECT count(*) FROM rows`).Scan(&rows)
	return rows, err
}

func TestWhatWriteHasPromisedSurvivesAPowerCut(t *testing.T) {
	file, folder := trace(t, "data")
	for n := range writes {
		if rows, err := kept(t, file, folder, n); err != nil || rows != n+1 {
			t.Errorf("after promise %d there are %d rows, %v", n, rows, err)
		}
	}
}

// Were nothing lost here, the test above would prove nothing.
func TestWhatWasNotFsyncedDoesNot(t *testing.T) {
	file, folder := trace(t, "careless")
	if rows, err := kept(t, file, folder, writes-1); err == nil && rows == writes {
		t.Error("all rows are there without an fsync")
	}
}

func TestATraceThatEndsEarlyIsAnError(t *testing.T) {
	file, folder := trace(t, "data")
	err := powercut.Rebuild(file, folder, t.TempDir(), func(powercut.Call) bool { return false })
	if err == nil || !strings.Contains(err.Error(), "ends before") {
		t.Errorf("the error is %v", err)
	}
}
