package edge

import (
	"net/http"
	"slices"
	"strings"

	connectcors "connectrpc.com/cors"
)

// Preflight lets browsers of the origins in (https://fetch.spec.whatwg.org/#http-cors-protocol), with these headers beside
// Connect's own. It says whether it has answered the request. Without origins it does nothing.
func Preflight(w http.ResponseWriter, r *http.Request, origins []string, headers ...string) (answered bool) {
	if len(origins) == 0 {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	asks := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
	if origin := r.Header.Get("Origin"); slices.Contains(origins, origin) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", strings.Join(connectcors.ExposedHeaders(), ", "))
		if asks {
			h.Set("Access-Control-Allow-Methods", strings.Join(connectcors.AllowedMethods(), ", "))
			h.Set("Access-Control-Allow-Headers", strings.Join(append(connectcors.AllowedHeaders(), headers...), ", "))
			h.Set("Access-Control-Max-Age", "7200")
		}
	}
	if asks {
		w.WriteHeader(http.StatusNoContent)
	}
	return asks
}
