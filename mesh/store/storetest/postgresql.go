package storetest

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/parleyhq/parley/mesh/store"
)

// cluster is a running PostgreSQL server.
type cluster struct {
	dir string
	// leash is the standing input of the script that runs the server. When this process ends, however it ends, the
	// kernel closes it, and the script stops the server and removes its files.
	leash io.Closer
}

// script makes a cluster in $1 with the programs of $2 and stops it when its input ends. Nothing here is to survive a
// power cut, so nothing is fsynced. The socket in $1 is the only way in.
const script = `
dir=$1 bin=$2
trap '"$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1; rm -rf "$dir"/*; rmdir "$dir"' EXIT
trap '' INT TERM HUP
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync --no-instructions >"$dir/log" 2>&1 &&
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 120 -o "-k $dir -c listen_addresses= -c fsync=off \
	-c full_page_writes=off -c max_connections=400 -c shared_buffers=32MB -c dynamic_shared_memory_type=mmap \
	-c autovacuum=off -c jit=off -c max_pred_locks_per_transaction=256" start >>"$dir/log" 2>&1 ||
{ tail -n 20 "$dir/log" | tr '\n' ' '; echo; exit 1; }
echo ready
read _
`

var (
	shared    = sync.OnceValues(startCluster)
	databases atomic.Int64
)

// postgresConfig makes an empty database, dropped when t ends.
func postgresConfig(t testing.TB) store.Config {
	t.Helper()
	c, err := shared()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v (`make parts` installs it)", err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := c.admin("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return store.Config{Engine: store.PostgreSQL, DSN: c.dsn(name)}
}

func (c *cluster) dsn(database string) string {
	return "postgres:///" + database + "?user=postgres&host=" + url.QueryEscape(c.dir)
}

func (c *cluster) admin(statement string) error {
	config, err := pgx.ParseConfig(c.dsn("postgres"))
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*config)
	defer closing(db)
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func closing(db *sql.DB) { _ = db.Close() }

func startCluster() (*cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(inMemory(), "parley-postgresql-")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", script, "sh", dir, bin)
	// A process group of its own: Ctrl-C at the terminal ends the tests, and that ends the server.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := dropRoot(cmd, dir); err != nil {
		return nil, err
	}
	leash, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line != "ready\n" {
		return nil, errors.Join(fmt.Errorf("it said %q", line), err, cmd.Wait())
	}
	return &cluster{dir: dir, leash: leash}, nil
}

// inMemory is a folder that no disk stands behind, where there is one of a gigabyte: there, a database of its own takes a test 30 ms
// instead of 300.
func inMemory() string {
	const folder, enough = "/dev/shm", 1 << 30
	var at syscall.Statfs_t
	if syscall.Statfs(folder, &at) != nil || at.Bavail*uint64(at.Bsize) < enough {
		return "" // the usual one
	}
	return folder
}

// dropRoot runs the server as the user postgres: it refuses to be root.
func dropRoot(cmd *exec.Cmd, dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("root cannot run it: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return err
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	cmd.Dir = "/"
	return os.Chown(dir, int(uid), int(gid))
}

// programs is the folder of initdb and pg_ctl: that on the PATH, or the newest where Debian puts them.
func programs() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(initdb), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", errors.New("no initdb on the PATH or in /usr/lib/postgresql/*/bin")
	}
	return filepath.Dir(found[len(found)-1]), nil
}
