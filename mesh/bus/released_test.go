package bus_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// testdata holds each event as released code wrote it, <Message>.<n>.binpb, and what it means, <Message>.<n>.json. A stream
// keeps events for as long as a role is away, so the files are never changed: a new shape of an event gets the next n.
func TestEveryReleasedEventDecodesForEver(t *testing.T) {
	files, err := filepath.Glob("testdata/*.binpb")
	if err != nil {
		t.Fatal(err)
	}
	released := map[string]bool{}
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		released[name] = true
		t.Run(filepath.Base(file), func(t *testing.T) { decodesAsMeant(t, file) })
	}
	for _, events := range []protoreflect.FileDescriptor{
		eventsv1.File_parley_events_v1_conversation_events_proto, eventsv1.File_parley_events_v1_billing_events_proto,
		eventsv1.File_parley_events_v1_routing_events_proto,
	} {
		for i := range events.Messages().Len() {
			if name := events.Messages().Get(i).Name(); !released[string(name)] {
				t.Errorf("there is no testdata/%s.1.binpb", name)
			}
		}
	}
}

func decodesAsMeant(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(strings.TrimSuffix(file, ".binpb") + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var got, want eventsv1.Envelope
	if err := proto.Unmarshal(data, &got); err != nil {
		t.Fatalf("decode: %v", err)
	}
	if err := protojson.Unmarshal(text, &want); err != nil {
		t.Fatalf("decode what it means: %v", err)
	}
	payload, err := got.Payload.UnmarshalNew()
	if err != nil {
		t.Fatalf("decode the payload: %v", err)
	}
	meant, err := want.Payload.UnmarshalNew()
	if err != nil {
		t.Fatalf("decode the payload that is meant: %v", err)
	}
	// The payloads are compared decoded: their bytes may differ in the order of fields.
	got.Payload, want.Payload = nil, nil
	if !proto.Equal(&got, &want) || !proto.Equal(payload, meant) {
		t.Errorf("got %v around %v,\nwant %v around %v", &got, payload, &want, meant)
	}
	if len(payload.ProtoReflect().GetUnknown()) > 0 || len(got.ProtoReflect().GetUnknown()) > 0 {
		t.Error("a released field is not known any more")
	}
}
