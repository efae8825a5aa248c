package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/telemetry"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
)

// logged is what one record becomes, in both formats.
func logged(ctx context.Context, log func(ctx context.Context, l *slog.Logger)) string {
	var out bytes.Buffer
	log(ctx, telemetry.Logger(&out, slog.LevelInfo, true))
	log(ctx, telemetry.Logger(&out, slog.LevelInfo, false))
	return out.String()
}

type bearer struct{ value string }

func (b bearer) LogValue() slog.Value { return slog.GroupValue(slog.String("secret", b.value)) }

func TestNothingPrivateReachesTheLog(t *testing.T) {
	const private = "Daniel Reyes asks why"
	phone := "+12125550101"
	cases := map[string]func(l *slog.Logger){
		"a secret's key":          func(l *slog.Logger) { l.Info("m", "secret", private) },
		"part of a key":           func(l *slog.Logger) { l.Info("m", "api_token", private) },
		"part of a camel key":     func(l *slog.Logger) { l.Info("m", "displayName", private) },
		"an API key":              func(l *slog.Logger) { l.Info("m", "api_key", private) },
		"a header":                func(l *slog.Logger) { l.Info("m", "Authorization", private) },
		"a message's text":        func(l *slog.Logger) { l.Info("m", "text", private) },
		"a body":                  func(l *slog.Logger) { l.Info("m", "request.body", []byte(private)) },
		"a number under the key":  func(l *slog.Logger) { l.Info("m", "phone", 12125550101) },
		"a group":                 func(l *slog.Logger) { l.Info("m", slog.Group("sender", "x", private)) },
		"within a group":          func(l *slog.Logger) { l.WithGroup("customer").Info("m", "name", private) },
		"carried along":           func(l *slog.Logger) { l.With("password", private).Info("m") },
		"a value of its own":      func(l *slog.Logger) { l.Info("m", "credential", bearer{private}) },
		"inside a value":          func(l *slog.Logger) { l.Info("m", "x", bearer{private}) },
		"bytes":                   func(l *slog.Logger) { l.Info("m", "raw", []byte(private)) },
		"a struct":                func(l *slog.Logger) { l.Info("m", "x", struct{ A string }{private}) },
		"a pointer":               func(l *slog.Logger) { l.Info("m", "x", &struct{ A string }{private}) },
		"a map":                   func(l *slog.Logger) { l.Info("m", "x", map[string]string{"a": private}) },
		"a list of structs":       func(l *slog.Logger) { l.Info("m", "x", []struct{ A string }{{private}}) },
		"a protobuf message":      func(l *slog.Logger) { l.Info("m", "x", &identityv1.Customer{DisplayName: private}) },
		"a number in the message": func(l *slog.Logger) { l.Info("from " + phone) },
		"a number in an error":    func(l *slog.Logger) { l.Info("m", "error", fmt.Errorf("send to %s: no", phone)) },
		"a mail address":          func(l *slog.Logger) { l.Info("m", "error", errors.New("550 <daniel@reyes.example> unknown")) },
		"a credential in a text":  func(l *slog.Logger) { l.Info("m", "x", "header Bearer demo-api-key") },
	}
	for name, log := range cases {
		t.Run(name, func(t *testing.T) {
			got := logged(t.Context(), func(_ context.Context, l *slog.Logger) { log(l) })
			for _, word := range []string{"Daniel", "12125550101", "daniel@", "demo-api-key", "RGFuaWVs"} {
				if strings.Contains(got, word) {
					t.Errorf("%q stands in the log: %s", word, got)
				}
			}
			if strings.Count(got, "redacted") < 2 {
				t.Errorf("nothing says that something was left out: %s", got)
			}
		})
	}
}

func TestWhatIsNotPrivateIsReadable(t *testing.T) {
	got := logged(t.Context(), func(ctx context.Context, l *slog.Logger) {
		l.InfoContext(ctx, "delivered", "conversation", "conversation_01h455vb4pex5vsknk084sn02q", "attempt", 3,
			"took", 1500*time.Millisecond, "error", errors.New("dial 10.0.0.1:80"), "roles", []string{"bus", "context"},
			"at", time.Unix(1700000000, 0).UTC(), "account", "wa-main")
		l.DebugContext(ctx, "below the level")
	})
	for _, want := range []string{"delivered", "conversation_01h455vb4pex5vsknk084sn02q", "3", "1.5s", "dial 10.0.0.1:80", "[bus context]", "2023-11-14T22:13:20", "wa-main"} {
		if strings.Count(got, want) < 2 {
			t.Errorf("%q is not in both formats: %s", want, got)
		}
	}
	if strings.Contains(got, "below") {
		t.Errorf("a record below the level: %s", got)
	}
}

func TestRecordsKnowTheirTraceAndTenant(t *testing.T) {
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	ctx := telemetry.Extract(t.Context(), "00-"+trace+"-00f067aa0ba902b7-01")
	ctx = caller.With(ctx, &accessv1.Caller{Tenant: "aurora"})
	got := logged(ctx, func(ctx context.Context, l *slog.Logger) { l.With("role", "billing").InfoContext(ctx, "m") })
	for _, want := range []string{trace, "aurora", "billing"} {
		if strings.Count(got, want) != 2 {
			t.Errorf("%s is not in both formats: %s", want, got)
		}
	}
}
