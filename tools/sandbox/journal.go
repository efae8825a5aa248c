package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// record is one line of the journal: a message, or the name of a step that needs no more posting.
type record struct {
	Message *message `json:"message,omitempty"`
	Done    string   `json:"done,omitempty"`
}

const journalFile = "journal.jsonl"

// journal is an append-only file of records, one a line. Appends that meet share one write and one fsync.
type journal struct {
	file *os.File

	mu      sync.Mutex
	open    *batch // collects what comes while the flusher is at work
	wake    chan struct{}
	closed  bool
	stopped chan struct{}
}

// batch is what one fsync makes durable.
type batch struct {
	lines []byte
	done  chan struct{}
	err   error // valid when done is closed
}

func newBatch() *batch { return &batch{done: make(chan struct{})} }

var errJournalClosed = errors.New("the journal is closed")

// openJournal locks the folder's journal, gives every record in it to replay, and cuts off a last line that a kill left
// torn. Another damaged line is an error: what was acknowledged is not thrown away.
func openJournal(dir string, replay func(record)) (*journal, error) {
	file, err := os.OpenFile(filepath.Join(dir, journalFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	if err := recoverJournal(file, dir, replay); err != nil {
		return nil, errors.Join(fmt.Errorf("open the journal in %s: %w", dir, err), file.Close())
	}
	j := &journal{file: file, open: newBatch(), wake: make(chan struct{}, 1), stopped: make(chan struct{})}
	go j.flush()
	return j, nil
}

func recoverJournal(file *os.File, dir string, replay func(record)) error {
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("another sandbox uses it: %w", err)
	}
	sound, err := replayLines(file, replay)
	if err != nil {
		return err
	}
	if err := file.Truncate(sound); err != nil {
		return err
	}
	if _, err := file.Seek(sound, io.SeekStart); err != nil {
		return err
	}
	return errors.Join(file.Sync(), syncDir(dir))
}

// replayLines answers how many bytes from the start are whole lines.
func replayLines(r io.Reader, replay func(record)) (int64, error) {
	lines := bufio.NewReaderSize(r, 1<<16)
	var sound int64
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return sound, nil // what is in line has no end: torn
		}
		if err != nil {
			return sound, err
		}
		var rec record
		if err := json.Unmarshal(line, &rec); err != nil {
			if _, more := lines.Peek(1); errors.Is(more, io.EOF) {
				return sound, nil
			}
			return sound, fmt.Errorf("line %d is damaged: %w", number, err)
		}
		replay(rec)
		sound += int64(len(line))
	}
}

// append returns when the record is durable.
func (j *journal) append(rec record) error {
	b, err := j.add(rec, true)
	if err != nil {
		return err
	}
	<-b.done
	return b.err
}

// note adds a record that may be lost: it is written with the next that may not, or when the journal is closed. Each message
// has two or three, and would otherwise be as many more fsyncs.
func (j *journal) note(rec record) error {
	_, err := j.add(rec, false)
	return err
}

func (j *journal) add(rec record, now bool) (*batch, error) {
	line, err := json.Marshal(rec)
	if err != nil {
		return nil, fmt.Errorf("write the journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil, errJournalClosed
	}
	b := j.open
	b.lines = append(append(b.lines, line...), '\n')
	if now {
		j.wakeFlusher()
	}
	return b, nil
}

func (j *journal) wakeFlusher() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

// flush writes batch after batch. After the first failure nothing is known about the file's end, so nothing more is
// accepted.
func (j *journal) flush() {
	defer close(j.stopped)
	var broken error
	for range j.wake {
		j.mu.Lock()
		b := j.open
		j.open = newBatch()
		j.mu.Unlock()
		if broken == nil && len(b.lines) > 0 {
			broken = j.write(b.lines)
		}
		b.err = broken
		close(b.done)
	}
}

func (j *journal) write(lines []byte) error {
	if _, err := io.Copy(j.file, bytes.NewReader(lines)); err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("sync the journal: %w", err)
	}
	return nil
}

// close makes what was added durable and gives the file up. It may be called again.
func (j *journal) close() error {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return nil
	}
	j.closed = true
	j.wakeFlusher() // for what was only noted
	j.mu.Unlock()
	close(j.wake) // a pending wake is still received, and with it the last batch
	<-j.stopped
	return j.file.Close()
}
