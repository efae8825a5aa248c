package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"
)

//go:embed all:dist
var built embed.FS

// Config of the console.
type Config struct {
	// Sandbox is the URL of the sandbox, which the Stage's phone calls; empty when there is none.
	Sandbox string
}

// rooms are the paths of the app's own rooms; the page is the same for all.
var rooms = []string{"/", "/stage", "/inbox"}

// New serves the app at the rooms' paths, and its parts under /assets/.
func New(cfg Config) (http.Handler, error) {
	files, err := fs.Sub(built, "dist")
	if err != nil {
		return nil, err
	}
	page, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil, fmt.Errorf("the console is not built (make console): %w", err)
	}
	policy, err := policy(cfg.Sandbox)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for _, room := range rooms {
		mux.Handle("GET "+room+exactly(room), servePage(page))
	}
	mux.Handle("GET /assets/", serveAssets(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		mux.ServeHTTP(w, r)
	}), nil
}

// exactly keeps "/" from standing for every path.
func exactly(room string) string {
	if room == "/" {
		return "{$}"
	}
	return ""
}

// policy lets a page load its own parts and call this API and the sandbox, and nothing else. No form is ever submitted by the
// browser itself: what is typed into one must not end up in a URL.
func policy(sandbox string) (string, error) {
	connect := "'self'"
	if sandbox != "" {
		u, err := url.Parse(sandbox)
		if err != nil || u.Scheme == "" || u.Host == "" || strings.ContainsAny(sandbox, " ;,") {
			return "", fmt.Errorf("console: sandbox: %q is not an absolute URL", sandbox)
		}
		connect += " " + u.Scheme + "://" + u.Host
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src " + connect +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", nil
}

// servePage has the browser ask each time whether the page is the same: it names the parts, and they change with a release.
func servePage(page []byte) http.Handler {
	sum := sha256.Sum256(page)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(page))
	})
}

// serveAssets lets browsers keep the parts for ever: their names have a hash of what is in them.
func serveAssets(files fs.FS) http.Handler {
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if info, err := fs.Stat(files, strings.TrimPrefix(r.URL.Path, "/")); err != nil || info.IsDir() {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		server.ServeHTTP(w, r)
	})
}
