package skill

import (
	"context"
	"slices"

	"github.com/parleyhq/parley/mesh/fault"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Restrict gives a skill the services, but only the methods that it declares.
func Restrict(to grpc.ClientConnInterface, s Skill) Peers {
	return restricted{to: to, name: s.Name(), methods: s.Methods()}
}

type restricted struct {
	to      grpc.ClientConnInterface
	name    string
	methods []string
}

func (r restricted) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if err := r.allow(method); err != nil {
		return err
	}
	return r.to.Invoke(ctx, method, args, reply, opts...)
}

func (r restricted) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	if err := r.allow(method); err != nil {
		return nil, err
	}
	return r.to.NewStream(ctx, desc, method, opts...)
}

func (r restricted) allow(method string) error {
	if slices.Contains(r.methods, method) {
		return nil
	}
	return fault.New(codes.PermissionDenied, "METHOD_NOT_DECLARED", "the skill %s does not declare %s", r.name, method)
}
