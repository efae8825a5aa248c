package seal_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
)

// On PostgreSQL a dead row stays until VACUUM and the log until it is recycled, which is the operator's affair; a laptop
// has nobody to see to it. So many keys that SQLite splits pages: it copies rows then, and must clear the old places.
func TestDestroyedKeysAreGoneFromTheFilesOfSQLite(t *testing.T) {
	const customers = 200
	dir := t.TempDir()
	db, err := store.Open(t.Context(), "seal", store.Config{Engine: store.SQLite, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	kek, _ := seal.NewKEK()
	k := openKeeper(t, db, kek)

	var subjects []seal.Subject
	var wrapped [][]byte
	for i := range customers {
		// Scattered, as ids of people who write at random are.
		s := seal.Customer(fmt.Sprintf("customer_%x", uint32(i)*2654435761))
		mustSeal(t, k, s)
		subjects = append(subjects, s)
		wrapped = append(wrapped, storedKey(t, db, s))
	}
	if found := inFiles(t, dir, wrapped); found != customers {
		t.Fatalf("the test finds %d of %d keys where they are", found, customers)
	}
	for _, s := range subjects {
		if err := k.Destroy(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if found := inFiles(t, dir, wrapped); found != 0 {
		t.Errorf("%d wrapped keys still stand in a file", found)
	}
}

func TestADestroyedKeyIsOverwritten(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, k *seal.Keeper, db *store.DB, _ seal.KEK) {
		mustSeal(t, k, daniel)
		if err := k.Destroy(t.Context(), daniel); err != nil {
			t.Fatal(err)
		}
		if len(bytes.Trim(storedKey(t, db, daniel), "\x00")) != 0 {
			t.Error("a destroyed key is still in the store")
		}
	})
}

func storedKey(t *testing.T, db *store.DB, s seal.Subject) []byte {
	t.Helper()
	var wrapped []byte
	row := db.QueryRow(t.Context(), `SELECT wrapped FROM seal_keys WHERE subject = $1`, s.String())
	if err := row.Scan(&wrapped); err != nil {
		t.Fatal(err)
	}
	return wrapped
}

// inFiles counts which of the values stand in a file of the folder.
func inFiles(t *testing.T, dir string, values [][]byte) int {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	found := 0
	for _, value := range values {
		if bytes.Contains(all, value) {
			found++
		}
	}
	return found
}
