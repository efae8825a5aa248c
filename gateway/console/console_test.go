package console_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/parleyhq/parley/gateway/console"
)

func open(t *testing.T, sandbox string) http.Handler {
	t.Helper()
	pages, err := console.New(console.Config{Sandbox: sandbox})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func get(pages http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if len(header) == 2 {
		r.Header.Set(header[0], header[1])
	}
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, r)
	return w
}

// script is the path of the app's own script.
func script(t *testing.T) string {
	t.Helper()
	found, err := fs.Glob(os.DirFS("dist"), "assets/*.js")
	if err != nil || len(found) == 0 {
		t.Fatalf("no script in dist: %v", err)
	}
	return "/" + found[0]
}

func TestWhatIsServedAndForHowLong(t *testing.T) {
	pages := open(t, "")
	for _, c := range []struct {
		name, path string
		status     int
		cache      string
	}{
		{"the page", "/", http.StatusOK, "no-cache"},
		{"a room", "/stage", http.StatusOK, "no-cache"},
		{"a part of the app", script(t), http.StatusOK, "public, max-age=31536000, immutable"},
		{"a part that there is not", "/assets/none.js", http.StatusNotFound, ""},
		{"the folder of the parts", "/assets/", http.StatusNotFound, ""},
		{"a room that there is not", "/attic", http.StatusNotFound, ""},
		{"a way out of the folder", "/assets/../console.go", http.StatusTemporaryRedirect, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(pages, c.path)
			if w.Code != c.status || w.Header().Get("Cache-Control") != c.cache {
				t.Errorf("answered %d with %q, want %d with %q", w.Code, w.Header().Get("Cache-Control"), c.status, c.cache)
			}
		})
	}
}

func TestAPageThatIsTheSameIsNotSentAgain(t *testing.T) {
	pages := open(t, "")
	tag := get(pages, "/").Header().Get("ETag")
	if w := get(pages, "/stage", "If-None-Match", tag); tag == "" || w.Code != http.StatusNotModified {
		t.Errorf("with the tag %q it answered %d", tag, w.Code)
	}
}

func TestWhatAPageMayDo(t *testing.T) {
	for name, c := range map[string]struct{ sandbox, connect string }{
		"without a sandbox": {"", "connect-src 'self';"},
		"with a sandbox":    {"http://127.0.0.1:8082", "connect-src 'self' http://127.0.0.1:8082;"},
	} {
		t.Run(name, func(t *testing.T) {
			header := get(open(t, c.sandbox), "/").Header()
			policy := header.Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "script-src 'self'", "form-action 'none'", "frame-ancestors 'none'", c.connect} {
				if !strings.Contains(policy, want) {
					t.Errorf("the policy %q has no %q", policy, want)
				}
			}
			if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("headers are %v", header)
			}
		})
	}
	for _, bad := range []string{"127.0.0.1:8082", "http://a; script-src *"} {
		if _, err := console.New(console.Config{Sandbox: bad}); err == nil {
			t.Errorf("the sandbox %q was accepted", bad)
		}
	}
}

func TestNoSecretIsInTheApp(t *testing.T) {
	err := fs.WalkDir(os.DirFS("dist"), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path.Join("dist", name))
		for _, secret := range []string{"demo-api-key", "demo-agent", "Bearer demo"} {
			if strings.Contains(string(content), secret) {
				t.Errorf("%s holds %q", name, secret)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
