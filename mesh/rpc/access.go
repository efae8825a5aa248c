package rpc

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// Rule is who may call a method, from its option (parley.access.v1.access). A rule that lacks roles, a scope or a
// sensitivity is an error, as is none.
func Rule(method protoreflect.MethodDescriptor) (*accessv1.Access, error) {
	rule, _ := proto.GetExtension(method.Options(), accessv1.E_Access).(*accessv1.Access)
	switch {
	case rule == nil:
		return nil, fmt.Errorf("method %s has no option (parley.access.v1.access)", method.FullName())
	case len(rule.GetRoles()) == 0 || slices.Contains(rule.GetRoles(), accessv1.Role_ROLE_UNSPECIFIED):
		return nil, fmt.Errorf("the access option of %s does not name its roles", method.FullName())
	case rule.GetScope() == "":
		return nil, fmt.Errorf("the access option of %s names no scope", method.FullName())
	case rule.GetSensitivity() == accessv1.Sensitivity_SENSITIVITY_UNSPECIFIED:
		return nil, fmt.Errorf("the access option of %s names no sensitivity", method.FullName())
	}
	return rule, nil
}

// Allow says, as PERMISSION_DENIED, why a rule does not allow a caller. Reasons: ROLE_NOT_ALLOWED, SCOPE_MISSING,
// NOT_FOR_CUSTOMERS, ASSURANCE_TOO_LOW.
func Allow(rule *accessv1.Access, c *accessv1.Caller) error {
	if !slices.Contains(rule.GetRoles(), c.GetRole()) {
		return denied("ROLE_NOT_ALLOWED", "your role may not call this method")
	}
	if !caller.HasScope(c, rule.GetScope()) {
		return denied("SCOPE_MISSING", "your credentials lack the scope %s", rule.GetScope()).With("scope", rule.GetScope())
	}
	if c.GetOnBehalfOfCustomer() == "" {
		return nil
	}
	if rule.GetAssurance() == accessv1.Assurance_ASSURANCE_UNSPECIFIED {
		return denied("NOT_FOR_CUSTOMERS", "this method is not called on behalf of a customer")
	}
	if c.GetAssurance() < rule.GetAssurance() {
		return denied("ASSURANCE_TOO_LOW", "the customer is not known well enough for this").
			With("assurance", rule.GetAssurance().String())
	}
	return nil
}

func denied(reason, format string, args ...any) *fault.Error {
	return fault.New(codes.PermissionDenied, reason, format, args...)
}

// rules remembers the rules of the methods called. It holds no more of them than the server has methods.
type rules struct{ known sync.Map }

func (r *rules) allow(ctx context.Context, method string) error {
	rule, err := r.of(method)
	if err != nil {
		return denied("NO_ACCESS_RULE", "nobody may call this method").Because(err)
	}
	return Allow(rule, caller.From(ctx))
}

// of the method, given as `/package.Service/Method`.
func (r *rules) of(method string) (*accessv1.Access, error) {
	if rule, ok := r.known.Load(method); ok {
		return rule.(*accessv1.Access), nil
	}
	name := strings.ReplaceAll(strings.TrimPrefix(method, "/"), "/", ".")
	described, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		return nil, fmt.Errorf("find method %s: %w", name, err)
	}
	declared, ok := described.(protoreflect.MethodDescriptor)
	if !ok {
		return nil, fmt.Errorf("%s is not a method", name)
	}
	rule, err := Rule(declared)
	if err != nil {
		return nil, err
	}
	r.known.Store(method, rule)
	return rule, nil
}
