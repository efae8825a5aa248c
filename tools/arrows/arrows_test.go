package arrows_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const root = "github.com/parleyhq/parley/"

// mayImport is the plan of the house. Gateway, adapters and services meet only in proto and on the bus.
var mayImport = map[string][]string{
	"proto":    {},
	"mesh":     {"proto"},
	"services": {"mesh", "proto"},
	"adapters": {"mesh", "proto"},
	"gateway":  {"mesh", "proto"},
	"tools":    {"gateway", "adapters", "services", "mesh", "proto"},
}

func TestArrowsPointOneWay(t *testing.T) {
	edges := importGraph(t)
	if len(edges) < 20 {
		t.Fatalf("only %d packages found: the graph was not read", len(edges))
	}
	for from, imports := range edges {
		for _, to := range imports {
			if why := refuse(from, to); why != "" {
				t.Errorf("%s imports %s: %s", from, to, why)
			}
		}
	}
}

// refuse says why one package may not import another, or nothing. Both are without the root.
func refuse(from, to string) string {
	fromModule, fromRoom := split(from)
	toModule, toRoom := split(to)
	if fromModule == toModule {
		return refuseWithin(fromModule, fromRoom, toRoom)
	}
	if !slices.Contains(mayImport[fromModule], toModule) {
		return fromModule + " does not import " + toModule
	}
	return ""
}

func refuseWithin(module, fromRoom, toRoom string) string {
	switch {
	case module == "services" && fromRoom != toRoom:
		return "one service never imports another"
	case module == "adapters" && toRoom != fromRoom && toRoom != "channel" && toRoom != "internal" && fromRoom != "channels":
		return "an adapter imports its port, adapters/channel, and no other adapter"
	case module == "tools" && (fromRoom == "sandbox" || fromRoom == "wire") && toRoom != fromRoom && toRoom != "wire":
		return "the sandbox stands for the vendors and knows nothing of Parley"
	}
	return ""
}

// spokenByVisitors is what a visitor's browser is given: there is no vendor in between to stand in for.
const spokenByVisitors = "proto/gen/parley/webchat/v1"

func TestSandboxKnowsNothingOfParley(t *testing.T) {
	for from, imports := range importGraph(t) {
		if !strings.HasPrefix(from, "tools/sandbox") && !strings.HasPrefix(from, "tools/wire") {
			continue
		}
		for _, to := range imports {
			if module, _ := split(to); module != "tools" && to != spokenByVisitors {
				t.Errorf("%s imports %s: a stand-in that shares code with what it tests proves nothing", from, to)
			}
		}
	}
}

// split cuts `services/billing/internal/rpc` into `services` and `billing`.
func split(pkg string) (module, room string) {
	parts := strings.SplitN(pkg, "/", 3)
	if len(parts) == 1 {
		return parts[0], ""
	}
	return parts[0], parts[1]
}

// importGraph lists every package of the workspace with what it and its tests import from the workspace.
func importGraph(t *testing.T) map[string][]string {
	t.Helper()
	format := `{{.ImportPath}} {{join .Imports " "}} {{join .TestImports " "}} {{join .XTestImports " "}}`
	out, err := exec.Command("go", "list", "-f", format, "work").Output()
	if err != nil {
		t.Fatalf("go list work: %v", err)
	}
	edges := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		from, ok := strings.CutPrefix(fields[0], root)
		if !ok {
			continue
		}
		edges[from] = []string{}
		for _, imported := range fields[1:] {
			if to, ok := strings.CutPrefix(imported, root); ok {
				edges[from] = append(edges[from], to)
			}
		}
	}
	return edges
}
