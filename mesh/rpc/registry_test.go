package rpc_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"buf.build/go/protovalidate"
	"github.com/parleyhq/parley/mesh/rpc"
	_ "github.com/parleyhq/parley/proto/gen/parley/assistant/v1"
	_ "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	_ "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
	_ "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	_ "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	_ "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	_ "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
)

// eachMethod visits every method of Parley's language.
func eachMethod(visit func(protoreflect.MethodDescriptor)) {
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			if s := f.Services().Get(i); strings.HasPrefix(string(s.FullName()), "parley.") {
				for j := range s.Methods().Len() {
					visit(s.Methods().Get(j))
				}
			}
		}
		return true
	})
}

func TestEveryMethodSaysWhoMayCallIt(t *testing.T) {
	eachMethod(func(m protoreflect.MethodDescriptor) {
		if _, err := rpc.Rule(m); err != nil {
			t.Error(err)
		}
	})
}

// Rules are compiled when they are first used; a mistake in one would otherwise be found by the first caller.
func TestEveryRequestsRulesCompile(t *testing.T) {
	eachMethod(func(m protoreflect.MethodDescriptor) {
		if _, err := protovalidate.New(protovalidate.WithMessageDescriptors(m.Input()), protovalidate.WithDisableLazy()); err != nil {
			t.Errorf("%s: %v", m.FullName(), err)
		}
		err := protovalidate.Validate(dynamicpb.NewMessage(m.Input()))
		var broken *protovalidate.ValidationError
		if err != nil && !errors.As(err, &broken) {
			t.Errorf("%s: %v", m.FullName(), err)
		}
	})
}

// The tests above see what is linked. This one sees that every service is.
func TestTheTestKnowsEveryService(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^service (\w+) \{`)
	files, err := filepath.Glob("../../proto/parley/*/v*/*.proto")
	if err != nil || len(files) == 0 {
		t.Fatalf("no protos found: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		dir, _ := filepath.Rel("../../proto", filepath.Dir(file))
		for _, found := range declared.FindAllStringSubmatch(string(text), -1) {
			name := protoreflect.FullName(strings.ReplaceAll(dir, "/", ".") + "." + found[1])
			if _, err := protoregistry.GlobalFiles.FindDescriptorByName(name); err != nil {
				t.Errorf("%s is not linked into this test: import its package above", name)
			}
		}
	}
}
