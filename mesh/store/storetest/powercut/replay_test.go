package powercut

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// plain writes a trace as strace -xx does, from one that can be read.
func plain(root, trace string) string {
	var b strings.Builder
	trace = strings.ReplaceAll(trace, "ROOT", root)
	for i := 0; i < len(trace); i++ {
		closing := map[byte]string{'"': `"`, '<': ">"}[trace[i]]
		end := strings.Index(trace[i+1:], closing)
		if closing == "" || strings.HasPrefix(trace[i:], "<unfinished") || strings.HasPrefix(trace[i:], "<...") {
			b.WriteByte(trace[i])
			continue
		}
		b.WriteByte(trace[i])
		for _, c := range []byte(trace[i+1 : i+1+end]) {
			b.WriteString(`\x` + string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15]))
		}
		b.WriteString(closing)
		i += end + 1
	}
	return b.String()
}

func TestReplay(t *testing.T) {
	const opened = `1 openat(AT_FDCWD</>, "ROOT/f", O_WRONLY|O_CREAT, 0600) = 3<ROOT/f>` + "\n"
	cases := map[string]struct {
		trace string
		want  map[string]string
	}{
		"what was not fsynced is gone": {
			`1 write(3<ROOT/f>, "old", 3) = 3
1 fsync(3<ROOT/f>) = 0
1 write(3<ROOT/f>, "new", 3) = 3`,
			map[string]string{"f": "old"},
		},
		"a file never fsynced is empty": {
			`1 write(3<ROOT/f>, "old", 3) = 3`,
			map[string]string{"f": ""},
		},
		"what was written over comes back": {
			`1 pwrite64(3<ROOT/f>, "old", 3, 0) = 3
1 fdatasync(3<ROOT/f>) = 0
1 pwrite64(3<ROOT/f>, "N", 1, 1) = 1`,
			map[string]string{"f": "old"},
		},
		"a short write is as long as it was": {
			`1 write(3<ROOT/f>, "abcdef", 6) = 2
1 write(3<ROOT/f>, "X", 1) = 1
1 fsync(3<ROOT/f>) = 0`,
			map[string]string{"f": "abX"},
		},
		"a failed write or fsync does nothing": {
			`1 write(3<ROOT/f>, "abc", 3) = -1 ENOSPC (No space left on device)
1 write(3<ROOT/f>, "x", 1) = 1
1 fsync(3<ROOT/f>) = -1 EIO (Input/output error)`,
			map[string]string{"f": ""},
		},
		"an fsync covers what was written before it began": {
			`1 write(3<ROOT/f>, "a", 1) = 1
2 fsync(3<ROOT/f> <unfinished ...>
1 write(3<ROOT/f>, "b", 1) = 1
2 <... fsync resumed>)               = 0`,
			map[string]string{"f": "a"},
		},
		"a write is done when it ends": {
			`1 write(3<ROOT/f>, "a", 1 <unfinished ...>
2 fsync(3<ROOT/f>) = 0
1 <... write resumed>) = 1`,
			map[string]string{"f": ""},
		},
		"a call in two lines has its last argument": {
			`1 pwrite64(3<ROOT/f>, "ab", 2, 1 <unfinished ...>
2 write(1<pipe:[1]>, "x", 1) = 1
1 <... pwrite64 resumed>)             = 2
1 fsync(3<ROOT/f>) = 0`,
			map[string]string{"f": "\x00ab"},
		},
		"a place can be sought, and files be appended to and cut": {
			`1 write(3<ROOT/f>, "abc", 3) = 3
1 lseek(3<ROOT/f>, 1, SEEK_SET) = 1
1 write(3<ROOT/f>, "X", 1) = 1
1 openat(AT_FDCWD</>, "ROOT/f", O_WRONLY|O_APPEND) = 4<ROOT/f>
1 write(4<ROOT/f>, "de", 2) = 2
1 ftruncate(3<ROOT/f>, 4) = 0
1 fsync(3<ROOT/f>) = 0`,
			map[string]string{"f": "aXcd"},
		},
		"a renamed file keeps what it had, a removed one is gone": {
			`1 write(3<ROOT/f>, "abc", 3) = 3
1 fsync(3<ROOT/f>) = 0
1 openat(AT_FDCWD</>, "ROOT/g", O_WRONLY|O_CREAT|O_TRUNC, 0600) = 5<ROOT/g>
1 renameat(AT_FDCWD<ROOT>, "f", AT_FDCWD<ROOT>, "h") = 0
1 unlinkat(AT_FDCWD</>, "ROOT/g", 0) = 0
1 write(3<ROOT/h>, "d", 1) = 1
1 fsync(3<ROOT/h>) = 0`,
			map[string]string{"h": "abcd"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			root, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			trace, into := filepath.Join(t.TempDir(), "trace"), t.TempDir()
			text := plain(root, opened+c.trace+"\n"+`1 write(1<pipe:[1]>, "now", 3) = 3`+"\n")
			if err := os.WriteFile(trace, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := Rebuild(trace, root, into, func(c Call) bool { return string(c.Data) == "now" }); err != nil {
				t.Fatal(err)
			}
			found, err := os.ReadDir(into)
			if err != nil || len(found) != len(c.want) {
				t.Errorf("%d files, %v", len(found), err)
			}
			for name, want := range c.want {
				if got, err := os.ReadFile(filepath.Join(into, name)); err != nil || string(got) != want {
					t.Errorf("%s holds %q, %v; want %q", name, got, err, want)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, line := range []string{`write(1<\x70>, "\x61", 1) = 1`, `fsync(3<`, `+++ exited with 0 +++`, `openat(AT_FDCWD<\x2f>, "\x61", O_RDONLY) = 3<\x2f\x61>`, `x() = `} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c, err := parse(line)
		if err == nil && c.Name != "" && !strings.HasPrefix(line, c.Name+"(") {
			t.Errorf("%q is a %s", line, c.Name)
		}
	})
}
