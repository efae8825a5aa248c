package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/tools/demo"
)

// firstStart is kept in the data folder: the demo company's months are counted from it, and it is loaded once.
type firstStart struct {
	Time   time.Time `json:"time"`
	Loaded bool      `json:"loaded"`
}

const firstStartFile = "first-start.json"

// demoRole loads the demo company at the first start, after the services that keep it and before the doors open.
type demoRole struct {
	cfg  Config
	data string
	node *node.Node
}

// Name implements process.Role.
func (demoRole) Name() string { return "demo" }

// Stop implements process.Role: nothing of it runs on.
func (demoRole) Stop(context.Context) error { return nil }

// Ready implements process.Role.
func (demoRole) Ready(context.Context) error { return nil }

// Start loads what is not loaded yet. A start that was cut short goes on where it was.
func (r demoRole) Start(ctx context.Context) error {
	if r.cfg.Company == "" {
		return nil
	}
	path := filepath.Join(r.data, firstStartFile)
	first, err := readFirstStart(path)
	if errors.Is(err, fs.ErrNotExist) {
		first, err = firstStart{Time: r.node.Clock()}, nil
	}
	if err != nil || first.Loaded {
		return err
	}
	if err := first.write(path); err != nil {
		return err
	}
	company, err := demo.Load(os.DirFS(r.cfg.Company))
	if err != nil {
		return fmt.Errorf("read the demo company: %w", err)
	}
	ctx = caller.With(ctx, caller.Service(r.cfg.Tenant.Name, "demo"))
	if err := demo.Seed(ctx, r.node.Peers, company, first.Time); err != nil {
		return fmt.Errorf("load the demo company: %w", err)
	}
	first.Loaded = true
	return first.write(path)
}

func readFirstStart(path string) (firstStart, error) {
	var first firstStart
	raw, err := os.ReadFile(path)
	if err != nil {
		return first, err
	}
	if err := json.Unmarshal(raw, &first); err != nil {
		return first, fmt.Errorf("read %s: %w", path, err)
	}
	return first, nil
}

func (f firstStart) write(path string) error {
	raw, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return replaceFile(path, raw)
}
