// Package powercut shows what a power cut would leave of a program's files. The program runs under strace (Command);
// afterwards Rebuild makes, for a moment of its run, the folder with every file as it was last fsynced: what was written
// since is gone.
//
// Names are taken to be kept, in order: a file system with a journal (ext4, xfs) keeps the name of what was fsynced, and
// a new file that never was is there, and empty. Writes through shared memory maps are not seen: of the files of SQLite
// and JetStream only the -shm index has them, which SQLite makes anew.
package powercut

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// calls that change files, move the place of the next write, or may be the moment asked for.
const calls = "open,openat,creat,read,write,writev,pwrite64,pwritev,pwritev2,lseek,ftruncate,truncate,fallocate," +
	"fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,copy_file_range,sendfile"

// Command is the program under strace, which must be installed; the trace goes to a file of that name.
func Command(ctx context.Context, trace, program string, args ...string) *exec.Cmd {
	options := []string{
		"-f", "-y", "-xx", "-qq", "-s", "67108864", "--seccomp-bpf", "-e", "signal=none", "-e", "trace=" + calls, "-o", trace, program,
	}
	return exec.CommandContext(ctx, "strace", append(options, args...)...)
}

// Kill ends the program that a Command runs, as kill -9 does. strace then ends by itself, with its trace written.
func Kill(running *exec.Cmd) error {
	strace := strconv.Itoa(running.Process.Pid)
	children, err := os.ReadFile(filepath.Join("/proc", strace, "task", strace, "children"))
	if err != nil {
		return fmt.Errorf("powercut: find the program under strace: %w", err)
	}
	for _, child := range strings.Fields(string(children)) {
		pid, err := strconv.Atoi(child)
		if err != nil {
			return fmt.Errorf("powercut: find the program under strace: %w", err)
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			return fmt.Errorf("powercut: kill the program: %w", err)
		}
	}
	return nil
}

// Call is a system call at its beginning.
type Call struct {
	Name string
	// Path of the file, or what stands for it: `pipe:[1]`, `socket:[2]`.
	Path string
	// Data that a write hands over.
	Data []byte
}

// Rebuild reads the trace up to the first call that `at` accepts and writes to the folder `into` what was fsynced of the
// files under root by then; the moment of a nil `at` is the end. Root was missing or empty when the program started. It
// fails when no call was accepted.
func Rebuild(trace, root, into string, at func(Call) bool) error {
	file, err := os.Open(trace)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	root, err = filepath.EvalSymlinks(root)
	if err != nil {
		return err
	}
	d := disk{root: root + "/", files: map[string]*content{}, offsets: map[place]int64{}}
	if err := replay(file, &d, at); err != nil {
		return fmt.Errorf("powercut: %s: %w", trace, err)
	}
	return d.save(into)
}

// replay follows the threads of the trace: strace splits a call in two lines when another thread's comes between.
func replay(trace io.Reader, d *disk, at func(Call) bool) error {
	lines := bufio.NewReader(trace)
	begun := map[string]string{}
	marks := map[string]int{}
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) && at == nil {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New("it ends before the moment asked for")
		}
		if err != nil {
			return err
		}
		thread, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		text = strings.TrimLeft(text, " ")
		head, unfinished := strings.CutSuffix(text, "<unfinished ...>")
		resumed := strings.HasPrefix(text, "<... ")
		switch {
		case resumed:
			_, rest, _ := strings.Cut(text, " resumed>")
			text = begun[thread] + rest
		case unfinished:
			begun[thread] = head
			text = head
		}
		c, err := parse(text)
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if !resumed {
			if at != nil && at(c.Call) {
				return nil
			}
			marks[thread] = d.begin(c)
		}
		if unfinished {
			continue
		}
		if err := d.end(c, marks[thread]); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
}
