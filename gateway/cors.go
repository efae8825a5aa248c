package gateway

import (
	"net/http"
	"slices"
	"strings"

	connectcors "connectrpc.com/cors"
)

// preflight lets browsers of the configured origins in (https://fetch.spec.whatwg.org/#http-cors-protocol). It says
// whether it has answered the request.
func (g *Gateway) preflight(w http.ResponseWriter, r *http.Request) (answered bool) {
	if len(g.cfg.Origins) == 0 {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	asks := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
	if origin := r.Header.Get("Origin"); slices.Contains(g.cfg.Origins, origin) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", strings.Join(connectcors.ExposedHeaders(), ", "))
		if asks {
			h.Set("Access-Control-Allow-Methods", strings.Join(connectcors.AllowedMethods(), ", "))
			h.Set("Access-Control-Allow-Headers", strings.Join(append(connectcors.AllowedHeaders(), "Authorization"), ", "))
			h.Set("Access-Control-Max-Age", "7200")
		}
	}
	if asks {
		w.WriteHeader(http.StatusNoContent)
	}
	return asks
}
