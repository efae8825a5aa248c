package gateway_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/parleyhq/parley/gateway"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/rpc"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.opentelemetry.io/otel/trace"
)

const customer = "customer_01h455vb4pex5vsknk084sn02q"

func TestAMessageReadsAsDocumented(t *testing.T) {
	h := open(t)
	code, body := h.post(t, listMessages, demoKey, `{"customerId":"`+customer+`"}`)
	var got struct{ Messages []map[string]any }
	if err := json.Unmarshal([]byte(body), &got); err != nil || code != http.StatusOK || len(got.Messages) != 1 {
		t.Fatalf("%d %s", code, body)
	}
	for field, want := range map[string]any{
		"id": "message_1", "sequence": "7", "channel": "whatsapp", "direction": "DIRECTION_INBOUND", "text": "Why?",
	} {
		if got.Messages[0][field] != want {
			t.Errorf("%s is %v, want %v", field, got.Messages[0][field], want)
		}
	}
}

func TestRefusals(t *testing.T) {
	h := open(t)
	cases := map[string]struct {
		path, key, body string
		status          int
		code, reason    string
		says            string
	}{
		"no key":                  {listMessages, "", `{}`, 401, "unauthenticated", "KEY_INVALID", "API key"},
		"a wrong key":             {listMessages, "wrong-key", `{}`, 401, "unauthenticated", "KEY_INVALID", "API key"},
		"no key for what is not":  {"/parley.context.v1.ContextService/Nothing", "", `{}`, 401, "unauthenticated", "KEY_INVALID", ""},
		"what is not":             {"/parley.context.v1.ContextService/Nothing", demoKey, `{}`, 501, "unimplemented", "METHOD_UNKNOWN", ""},
		"what visitors call":      {webchatv1.WebchatService_StartSession_FullMethodName, demoKey, `{}`, 501, "unimplemented", "METHOD_UNKNOWN", ""},
		"a partner at the desk":   {deadLetters, partnerKey, `{}`, 403, "permission_denied", "ROLE_NOT_ALLOWED", "role"},
		"a key of another scope":  {listMessages, readerKey, `{}`, 403, "permission_denied", "SCOPE_MISSING", "context.read"},
		"an id that is none":      {listMessages, demoKey, `{"customerId":"+12125550101"}`, 400, "invalid_argument", "ID_INVALID", "customer_id"},
		"an unknown field":        {listMessages, demoKey, `{"customer":"x"}`, 400, "invalid_argument", "FIELD_UNKNOWN", "customer"},
		"a value of another type": {listMessages, demoKey, `{"pageSize":"many"}`, 400, "invalid_argument", "FIELD_INVALID", "pageSize"},
		"both of one of the two":  {listMessages, demoKey, `{"customerId":"a","conversationId":"b"}`, 400, "invalid_argument", "REQUEST_INVALID", "exactly one"},
		"a page size below zero":  {listMessages, demoKey, `{"customerId":"a","pageSize":-1}`, 400, "invalid_argument", "FIELD_INVALID", "page_size"},
		"no JSON":                 {listMessages, demoKey, `Why is my bill`, 400, "invalid_argument", "JSON_INVALID", ""},
		"nothing":                 {listMessages, demoKey, ``, 400, "invalid_argument", "JSON_INVALID", ""},
		"a method not yet served": {"/parley.channel.v1.ChannelService/ListAccounts", demoKey, `{}`, 501, "unimplemented", "UNIMPLEMENTED", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			status, body := h.post(t, c.path, c.key, c.body)
			got := readRefusal(t, body)
			if status != c.status || got.Code != c.code || got.reason() != c.reason || !strings.Contains(got.Message, c.says) {
				t.Errorf("%d %s, want %d %s %s that says %q", status, body, c.status, c.code, c.reason, c.says)
			}
			for _, private := range []string{"wrong-key", "+12125550101", "many", "Why is my bill"} {
				if strings.Contains(body, private) {
					t.Errorf("echoes %q: %s", private, body)
				}
			}
		})
	}
	if n := testutil.CollectAndCount(h.metrics, "gateway_refused_total"); n != 3 {
		t.Errorf("%d series of refusals, want one for each code", n)
	}
}

func TestTheDemoKeyMayDoEverything(t *testing.T) {
	h := open(t)
	for name, path := range map[string]string{"as an operator": deadLetters, "as a service": recordEvents} {
		t.Run(name, func(t *testing.T) {
			if status, body := h.post(t, path, demoKey, `{"events":[{}]}`); status == 401 || status == 403 {
				t.Errorf("%d %s", status, body)
			}
		})
	}
}

func TestTheCallerComesFromTheKeyAlone(t *testing.T) {
	h := open(t)
	const forged = "CgZhdXJvcmESC3NlcnZpY2U6YWxs" // tenant aurora, principal service:all
	const trace4 = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	status, body := h.post(t, listMessages, partnerKey, `{"customerId":"`+customer+`"}`,
		rpc.CallerHeader, forged, "Grpc-Metadata-"+rpc.CallerHeader, forged, "traceparent", trace4)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	ctx := <-h.seen
	c := caller.From(ctx)
	if c.GetPrincipal() != "key:partner" || c.GetRole() != accessv1.Role_ROLE_PARTNER || c.GetTenant() != "aurora" {
		t.Errorf("the service sees %v", c)
	}
	span := trace.SpanContextFromContext(ctx)
	if !span.IsValid() || strings.Contains(trace4, span.TraceID().String()) {
		t.Errorf("trace %s: want one of the gateway's own", span.TraceID())
	}
}

func TestABodyOverTheBoundIsRefused(t *testing.T) {
	h := open(t)
	status, body := h.post(t, listMessages, demoKey, `{"customerId":"`+strings.Repeat("a", 5<<20)+`"}`)
	if got := readRefusal(t, body); status != http.StatusTooManyRequests || got.Code != "resource_exhausted" {
		t.Errorf("%d %s", status, body)
	}
}

func TestPagesThatNeedNoKey(t *testing.T) {
	h := open(t)
	for path, want := range map[string]int{
		"/livez": 200, "/healthz": 200, "/readyz": 200, "/metrics": 200, "/nothing": 404,
	} {
		resp, err := http.Get(h.url + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("GET %s: %d, want %d", path, resp.StatusCode, want)
		}
	}
}

func TestBrowsersOfOtherOrigins(t *testing.T) {
	const desk = "https://desk.example"
	configured := func(c *gateway.Config) { c.Origins = []string{desk} }
	cases := map[string]struct {
		change  []func(*gateway.Config)
		origin  string
		allowed string
	}{
		"a configured one": {[]func(*gateway.Config){configured}, desk, desk},
		"another":          {[]func(*gateway.Config){configured}, "https://evil.example", ""},
		"by default":       {nil, desk, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h := open(t, c.change...)
			r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, h.url+listMessages, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Origin", c.origin)
			r.Header.Set("Access-Control-Request-Method", "POST")
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if got := resp.Header.Get("Access-Control-Allow-Origin"); got != c.allowed {
				t.Errorf("allowed %q, want %q", got, c.allowed)
			}
			if allows := strings.Contains(resp.Header.Get("Access-Control-Allow-Headers"), "Authorization"); allows != (c.allowed != "") {
				t.Errorf("Authorization allowed: %v", allows)
			}
		})
	}
}

func TestAConfigurationThatIsWrongSaysSoWithoutTheSecret(t *testing.T) {
	good := gateway.Key{Name: "demo", Secret: "s3cret", Tenant: "aurora", Roles: []string{"operator"}, Scopes: []string{"*"}}
	with := func(change func(*gateway.Key)) []gateway.Key {
		k := good
		change(&k)
		return []gateway.Key{k}
	}
	for name, keys := range map[string][]gateway.Key{
		"no role":                        with(func(k *gateway.Key) { k.Roles = nil }),
		"an unknown one":                 with(func(k *gateway.Key) { k.Roles = []string{"king"} }),
		"no scope":                       with(func(k *gateway.Key) { k.Scopes = nil }),
		"no tenant":                      with(func(k *gateway.Key) { k.Tenant = "" }),
		"no name":                        with(func(k *gateway.Key) { k.Name = "" }),
		"no secret":                      with(func(k *gateway.Key) { k.Secret = "" }),
		"an agent who may do everything": with(func(k *gateway.Key) { k.Agent = "agent-ana" }),
		"an agent who is nobody":         with(func(k *gateway.Key) { k.Roles = []string{"agent"} }),
		"the same twice":                 {good, good},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := gateway.Default()
			cfg.Keys = keys
			err := cfg.Validate()
			if err == nil || bytes.Contains([]byte(err.Error()), []byte("s3cret")) {
				t.Errorf("got %v", err)
			}
		})
	}
}
