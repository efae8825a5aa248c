package powercut

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// disk is the files under root as the calls leave them.
type disk struct {
	root    string
	files   map[string]*content
	offsets map[place]int64
}

// place is where the next write of a descriptor goes, negative for the end.
type place struct {
	descriptor string
	file       *content
}

// content is what was fsynced and what was done since.
type content struct {
	durable []byte
	since   []change
	size    int64
}

// change is a write at an offset, or, without data, a cut to that length.
type change struct {
	at   int64
	data []byte
}

func (c *content) write(at int64, data []byte) {
	c.since = append(c.since, change{at, data})
	c.size = max(c.size, at+int64(len(data)))
}

func (c *content) truncate(size int64) {
	c.since = append(c.since, change{at: size})
	c.size = size
}

// sync makes the first n changes durable.
func (c *content) sync(n int) {
	for _, change := range c.since[:n] {
		end := change.at + int64(len(change.data))
		if grow := end - int64(len(c.durable)); grow > 0 {
			c.durable = append(c.durable, make([]byte, grow)...)
		}
		if change.data == nil {
			c.durable = c.durable[:end]
		}
		copy(c.durable[change.at:], change.data)
	}
	c.since = c.since[n:]
}

// begin answers how many changes an fsync that begins now is sure to cover.
func (d *disk) begin(c call) int {
	if file := d.files[c.Path]; file != nil && (c.Name == "fsync" || c.Name == "fdatasync") {
		return len(file.since)
	}
	return 0
}

// end does what a call did.
func (d *disk) end(c call, covered int) error {
	if c.result < 0 {
		return nil
	}
	switch c.Name {
	case "open", "openat", "creat":
		d.open(c)
		return nil
	case "rename", "renameat", "renameat2", "unlink", "unlinkat":
		return d.rename(c)
	}
	file := d.files[c.Path]
	if file == nil {
		return nil
	}
	number, _, _ := strings.Cut(c.args[0], "<")
	here := place{number, file}
	switch c.Name {
	case "read":
		d.advance(here, d.offsets[here]+c.result)
	case "lseek":
		d.advance(here, c.result)
	case "write":
		if d.offsets[here] < 0 {
			file.write(file.size, c.Data[:c.result])
			return nil
		}
		file.write(d.offsets[here], c.Data[:c.result])
		d.advance(here, d.offsets[here]+c.result)
	case "pwrite64":
		at, err := c.number(3)
		if err != nil {
			return err
		}
		file.write(at, c.Data[:c.result])
	case "ftruncate":
		size, err := c.number(1)
		if err != nil {
			return err
		}
		file.truncate(size)
	case "fsync", "fdatasync":
		file.sync(min(covered, len(file.since)))
	default:
		return fmt.Errorf("%s of %s is not understood", c.Name, c.Path)
	}
	return nil
}

func (d *disk) open(c call) {
	if !strings.HasPrefix(c.opened, d.root) {
		return
	}
	flags := strings.Join(c.args, "|")
	if strings.Contains(flags, "O_DIRECTORY") {
		return
	}
	file := d.files[c.opened]
	if file == nil {
		if !strings.Contains(flags, "O_CREAT") {
			return // a folder, opened to be fsynced
		}
		file = &content{}
		d.files[c.opened] = file
	}
	if strings.Contains(flags, "O_TRUNC") {
		file.truncate(0)
	}
	here := place{strconv.FormatInt(c.result, 10), file}
	d.offsets[here] = 0
	if strings.Contains(flags, "O_APPEND") {
		d.offsets[here] = -1
	}
}

func (d *disk) advance(here place, to int64) {
	if d.offsets[here] >= 0 {
		d.offsets[here] = to
	}
}

// rename moves a file, or removes it. The old name is the first string, the new one the second; each may follow the
// descriptor of its folder.
func (d *disk) rename(c call) error {
	var paths []string
	folder := ""
	for i, arg := range c.args {
		if _, in, ok := strings.Cut(arg, "<"); ok {
			decoded, err := unhex(strings.TrimSuffix(in, ">"))
			if err != nil {
				return err
			}
			folder = decoded
		}
		if !strings.HasPrefix(arg, `"`) {
			continue
		}
		path, err := c.text(i)
		if err != nil {
			return err
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(folder, path)
		}
		paths = append(paths, path)
	}
	if len(paths) == 0 {
		return fmt.Errorf("%s names no file", c.Name)
	}
	file := d.files[paths[0]]
	delete(d.files, paths[0])
	if len(paths) > 1 && file != nil {
		d.files[paths[1]] = file
	}
	return nil
}

// save writes what is durable.
func (d *disk) save(into string) error {
	for path, file := range d.files {
		to := filepath.Join(into, strings.TrimPrefix(path, d.root))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(to, file.durable, 0o600); err != nil {
			return err
		}
	}
	return nil
}
