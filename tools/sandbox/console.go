package sandbox

import (
	"net/http"
	"slices"
)

// fromConsole serves one method of a path, to the console's pages too, which come from another origin
// (https://fetch.spec.whatwg.org/#http-cors-protocol). Pages of any other origin are refused.
func (s *server) fromConsole(method string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if origin := r.Header.Get("Origin"); origin != "" {
			if !slices.Contains(s.setup().ConsoleOrigins, origin) {
				writeJSON(w, http.StatusForbidden, errorBody{"origin: not the console's"})
				return
			}
			h.Set("Access-Control-Allow-Origin", origin)
		}
		switch r.Method {
		case method:
			next(w, r)
		case http.MethodOptions:
			h.Set("Access-Control-Allow-Methods", method)
			h.Set("Access-Control-Allow-Headers", "Content-Type")
			w.WriteHeader(http.StatusNoContent)
		default:
			h.Set("Allow", method)
			writeJSON(w, http.StatusMethodNotAllowed, errorBody{"method: " + method + " is the only one"})
		}
	}
}
