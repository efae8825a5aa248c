package gateway

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/rpc"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	"google.golang.org/grpc/codes"
)

// key is a Key as it is held: without its secret.
type key struct {
	hash [sha256.Size]byte
	// callers are the same caller in each of the key's roles.
	callers []*accessv1.Caller
}

func newKeys(configured []Key) ([]key, error) {
	keys := make([]key, 0, len(configured))
	for _, c := range configured {
		roles, err := c.roles()
		if err != nil {
			return nil, err
		}
		k := key{hash: sha256.Sum256([]byte(c.Secret))}
		for _, role := range roles {
			k.callers = append(k.callers, &accessv1.Caller{
				Tenant:    c.Tenant,
				Principal: c.principal(),
				Role:      role,
				Assurance: accessv1.Assurance_ASSURANCE_NONE,
				Scopes:    c.Scopes,
			})
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// authenticate finds the key of a request. The error is the same whatever is wrong, and repeats nothing.
func (g *Gateway) authenticate(h http.Header) (*key, error) {
	sent := h.Values("Authorization")
	refused := fault.New(codes.Unauthenticated, "KEY_INVALID", "an API key is needed: Authorization: Bearer <key>")
	if len(sent) != 1 {
		return nil, refused
	}
	scheme, secret, _ := strings.Cut(sent[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, refused
	}
	hash := sha256.Sum256([]byte(strings.TrimSpace(secret)))
	var found *key
	for i := range g.keys { // all of them, so that the time does not tell which
		if subtle.ConstantTimeCompare(hash[:], g.keys[i].hash[:]) == 1 {
			found = &g.keys[i]
		}
	}
	if found == nil {
		return nil, refused
	}
	return found, nil
}

// callerFor a method: the key in the first of its roles that the rule allows.
func (k *key) callerFor(rule *accessv1.Access) (*accessv1.Caller, error) {
	var first error
	for _, c := range k.callers {
		err := rpc.Allow(rule, c)
		if err == nil {
			return c, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}
