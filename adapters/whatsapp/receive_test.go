package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/clock"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

const appSecret = "an-app-secret"

func account() channel.Account {
	return channel.Account{
		Name: "wa-test", Tenant: "aurora", Provider: "whatsapp", Channel: "whatsapp", Address: "+12125550109",
		Settings: map[string]string{"phone_number_id": "100200300400500"},
		Secrets:  map[string]string{"app_secret": appSecret, "verify_token": "a-verify-token", "access_token": "an-access-token"},
	}
}

func adapter(t testing.TB, change ...func(*channel.Account)) *Adapter {
	t.Helper()
	acc := account()
	for _, f := range change {
		f(&acc)
	}
	a, err := New(acc, Deps{HTTP: http.DefaultClient, Clock: clock.System})
	if err != nil {
		t.Fatal(err)
	}
	return a.(*Adapter)
}

func TestReceive(t *testing.T) {
	const dana = "from 12125550142 (Dana Weber) WHATSAPP_ID=12125550142"
	cases := []struct {
		name, file string
		want       []string
		unreadable string
	}{
		{name: "words, quoted and forwarded", file: "text.json", want: []string{
			`message wamid.T1 at 1763700000 ` + dana + `: TEXT "Is my line down?\nThe lamp is \"red\" — 😀"`,
			`message wamid.T2 at 1763700001 ` + dana + `: TEXT "this one" quoting wamid.OURS1`,
			`message wamid.T3 at 1763700002 ` + dana + `: TEXT "not my words" forwarded`,
			`message wamid.T4 at 1763700003 ` + dana + `: TEXT "all the world says it" forwarded`,
		}},
		{name: "media keep their reference and caption", file: "media.json", want: []string{
			`message wamid.M1 at 1763700000 ` + dana + `: IMAGE "the bill" [9001 image/jpeg]`,
			`message wamid.M2 at 1763700001 ` + dana + `: AUDIO "" [9002 audio/ogg; codecs=opus]`,
			`message wamid.M3 at 1763700002 ` + dana + `: VIDEO "" [9003 video/mp4]`,
			`message wamid.M4 at 1763700003 ` + dana + `: DOCUMENT "see page 2" [9004 application/pdf bill.pdf]`,
			`message wamid.M5 at 1763700004 ` + dana + `: STICKER "" [9005 image/webp]`,
		}},
		{name: "places, cards and baskets are put into words", file: "things.json", want: []string{
			`message wamid.P1 at 1763700000 ` + dana + `: LOCATION "Aurora shop, 1 Example Plaza, 40.7128,-74.006"`,
			`message wamid.P2 at 1763700001 ` + dana + `: LOCATION "40.5,-74.5"`,
			`message wamid.P3 at 1763700002 ` + dana + `: CONTACTS "Pat Example +1 212-555-0177\nLee Example"`,
			`message wamid.P4 at 1763700003 ` + dana + `: ORDER "by Friday\n2 x ROUTER-7 49.9 USD"`,
		}},
		{name: "choices say their title", file: "choices.json", want: []string{
			`message wamid.C1 at 1763700000 ` + dana + `: CHOICE "Yes, dispute it" quoting wamid.OURS1`,
			`message wamid.C2 at 1763700001 ` + dana + `: CHOICE "Plus"`,
			`message wamid.C3 at 1763700002 ` + dana + `: CHOICE "Call me"`,
			`message wamid.C4 at 1763700003 ` + dana + `: OTHER nfm_reply "{\"stars\":\"4\"}"`,
			`message wamid.C5 at 1763700004 ` + dana + `: OTHER call_permission_reply ""`,
		}},
		{name: "reactions, an edit, a revocation", file: "changes.json", want: []string{
			`reaction wamid.R1/1763700000 at 1763700000 ` + dana + `: 👍 under wamid.OURS1`,
			`reaction wamid.R2/1763700001 at 1763700001 ` + dana + `:  under wamid.OURS1`,
			`edit wamid.R3/1763700002 at 1763700002 ` + dana + `: wamid.T1 becomes TEXT "Is my line down again?"`,
			`delete wamid.R4 at 1763700003 ` + dana + `: wamid.T1`,
		}},
		{name: "kinds that are not known are kept as what they are", file: "unknown_kinds.json", want: []string{
			`message wamid.U1 at 1763700000 ` + dana + `: OTHER unsupported ""`,
			`message wamid.U2 at 1763700001 ` + dana + `: OTHER interactive ""`,
			`message wamid.U3 at 1763700002 ` + dana + `: OTHER hologram ""`,
			`message wamid.U4 at 1763700003 ` + dana + `: OTHER untyped ""`,
			`message wamid.U5 at 1763700004 ` + dana + `: OTHER system "changed number"`,
			`message wamid.U6 at 1763700005 from US.4242 () WHATSAPP_ID=US.4242: OTHER system "changed id"`,
		}},
		{name: "users without a number, and two people in one body", file: "usernames.json", want: []string{
			`message wamid.N1 at 1763700000 from US.1001 (Sam) WHATSAPP_ID=US.1001: TEXT "no number"`,
			`message wamid.N2 at 1763700001 ` + dana + ` WHATSAPP_ID=US.2002: TEXT "number and id"`,
			`message wamid.N3 at 1763700002 from 12125550199 () WHATSAPP_ID=12125550199: TEXT "of no contact here"`,
		}},
		{name: "an author named only by the one contact", file: "contact_only.json", want: []string{
			`message wamid.N4 at 1763700000 from US.1001 (Sam) WHATSAPP_ID=US.1001: TEXT "whoever is beside me"`,
		}},
		{name: "statuses, in any order, with our reference and the reason", file: "statuses.json", want: []string{
			`status wamid.S1/read at 1763700003 to 12125550142: READ ref delivery_01`,
			`status wamid.S1/sent at 1763700001 to 12125550142: SENT ref delivery_01`,
			`status wamid.S1/delivered at 1763700002 to 12125550142: DELIVERED ref delivery_01`,
			`status wamid.S2/failed at 1763700004 to 12125550142: FAILED because OUTSIDE_SERVICE_WINDOW`,
			`status wamid.S3/failed at 1763700005 to 12125550142: FAILED because WHATSAPP_424242`,
			`status wamid.S4/failed at 1763700006 to 12125550142: FAILED because NO_REASON_GIVEN`,
			`status wamid.S5/played at 1763700007 to US.1001: READ`,
		}},
		{name: "the customer's calls, each stage, and none of ours", file: "calls.json", want: []string{
			`call wacid.1/connect at 1763700000 from 12125550142 () WHATSAPP_ID=12125550142: OTHER call ""`,
			`call wacid.1/terminate at 1763700060 from 12125550142 () WHATSAPP_ID=12125550142: OTHER call ""`,
		}},
		{name: "nothing for us", file: "nothing_for_us.json"},
		{name: "another number's messages do not hide ours", file: "two_numbers.json", want: []string{
			`message wamid.W2 at 1763700001 from 12125550142 () WHATSAPP_ID=12125550142: TEXT "to ours"`,
		}, unreadable: "WRONG_ACCOUNT at entry[0].changes[0].value.metadata.phone_number_id"},
	}
	used := map[string]bool{}
	for _, c := range cases {
		used[c.file] = true
		t.Run(c.name, func(t *testing.T) {
			events, err := adapter(t).Parse(fixture(t, c.file), nil)
			checkUnreadable(t, err, c.unreadable)
			var got []string
			for _, e := range events {
				got = append(got, describe(e))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
	for _, f := range fixtures(t) {
		if !used[filepath.Base(f)] {
			t.Errorf("%s is used by no case", f)
		}
	}
}

func TestUnreadable(t *testing.T) {
	value := func(v string) string {
		return `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":` + v + `}]}]}`
	}
	message := func(m string) string {
		return value(`{"metadata":{"phone_number_id":"100200300400500"},"messages":[` + m + `]}`)
	}
	status := func(s string) string {
		return value(`{"metadata":{"phone_number_id":"100200300400500"},"statuses":[` + s + `]}`)
	}
	cases := []struct{ name, body, want string }{
		{"not JSON", `{"object":`, "MALFORMED_JSON at offset 10"},
		{"nothing at all", ``, "MALFORMED_JSON at offset 0"},
		{"JSON of another shape", `[1]`, "MALFORMED_JSON at not a notification"},
		{"a page's webhook", `{"object":"page"}`, "WRONG_OBJECT at object"},
		{"a value of another shape", value(`"x"`), "MALFORMED at entry[0].changes[0].value"},
		{"no metadata", value(`{"messages":[]}`), "WRONG_ACCOUNT at entry[0].changes[0].value.metadata.phone_number_id"},
		{"a message without an id", message(`{"from":"12125550142","timestamp":"1"}`), "NO_ID at entry[0].changes[0].value.messages[0].id"},
		{"an id with a zero byte", message(`{"id":"w\u0000","from":"12125550142","timestamp":"1"}`), "NO_ID at entry[0].changes[0].value.messages[0].id"},
		{"a message from nobody", message(`{"id":"w","timestamp":"1"}`), "NO_SENDER at entry[0].changes[0].value.messages[0].from"},
		{"no time", message(`{"id":"w","from":"12125550142"}`), "BAD_TIMESTAMP at entry[0].changes[0].value.messages[0].timestamp"},
		{"a time beyond all calendars", message(`{"id":"w","from":"12125550142","timestamp":"99999999999999"}`), "BAD_TIMESTAMP at entry[0].changes[0].value.messages[0].timestamp"},
		{"a message to a group", message(`{"id":"w","from":"12125550142","timestamp":"1","group_id":"g"}`), "GROUP_MESSAGE at entry[0].changes[0].value.messages[0].group_id"},
		{"text that is a number", message(`{"id":"w","from":"12125550142","timestamp":"1","type":"text","text":{"body":5}}`), "MALFORMED at entry[0].changes[0].value.messages[0].text"},
		{"a reaction to nothing", message(`{"id":"w","from":"12125550142","timestamp":"1","type":"reaction","reaction":{}}`), "MALFORMED at entry[0].changes[0].value.messages[0].reaction.message_id"},
		{"an edit of nothing", message(`{"id":"w","from":"12125550142","timestamp":"1","type":"edit"}`), "MALFORMED at entry[0].changes[0].value.messages[0].edit.original_message_id"},
		{"an edit into nothing", message(`{"id":"w","from":"12125550142","timestamp":"1","type":"edit","edit":{"original_message_id":"x"}}`), "MALFORMED at entry[0].changes[0].value.messages[0].edit.message"},
		{"a revocation of nothing", message(`{"id":"w","from":"12125550142","timestamp":"1","type":"revoke"}`), "MALFORMED at entry[0].changes[0].value.messages[0].revoke.original_message_id"},
		{"a status without an id", status(`{"status":"sent","timestamp":"1","recipient_id":"1"}`), "NO_ID at entry[0].changes[0].value.statuses[0].id"},
		{"a status for nobody", status(`{"id":"w","status":"sent","timestamp":"1"}`), "NO_RECIPIENT at entry[0].changes[0].value.statuses[0].recipient_id"},
		{"a status at no time", status(`{"id":"w","status":"sent","recipient_id":"1"}`), "BAD_TIMESTAMP at entry[0].changes[0].value.statuses[0].timestamp"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			events, err := adapter(t).Parse([]byte(c.body), nil)
			checkUnreadable(t, err, c.want)
			if len(events) > 0 {
				t.Errorf("%d events came of it", len(events))
			}
		})
	}
}

func TestAuthenticate(t *testing.T) {
	body := []byte(`{"object":"whatsapp_business_account"}`)
	right := sign(appSecret, body)
	cases := []struct {
		name, signature string
		body            []byte
		ok              bool
	}{
		{"signed by Meta", right, body, true},
		{"no signature", "", body, false},
		{"another secret", sign("another", body), body, false},
		{"one byte of the body changed", right, append(slices.Clone(body), ' '), false},
		{"without its prefix", strings.TrimPrefix(right, "sha256="), body, false},
		{"cut short", right[:20], body, false},
		{"not hexadecimal", "sha256=zz", body, false},
		{"an empty one", "sha256=", body, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/webhooks/whatsapp/wa-test", nil)
			if c.signature != "" {
				r.Header.Set("X-Hub-Signature-256", c.signature)
			}
			err := adapter(t).Authenticate(r, c.body)
			if c.ok != (err == nil) || err != nil && !errors.Is(err, channel.ErrUnauthenticated) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestChallenge(t *testing.T) {
	cases := []struct{ name, query, want string }{
		{"Meta verifies the webhook", "hub.mode=subscribe&hub.verify_token=a-verify-token&hub.challenge=1158201444", "1158201444"},
		{"another token", "hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1", ""},
		{"no token", "hub.mode=subscribe&hub.challenge=1", ""},
		{"another mode", "hub.mode=unsubscribe&hub.verify_token=a-verify-token&hub.challenge=1", ""},
		{"no challenge", "hub.mode=subscribe&hub.verify_token=a-verify-token", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			query, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := adapter(t).Challenge(query)
			if ok != (c.want != "") || got != c.want {
				t.Errorf("got %q, %v", got, ok)
			}
		})
	}
}

// TestRealPayloads reads what other projects recorded from Meta: each gives events, nothing, or a reason.
func TestRealPayloads(t *testing.T) {
	folder := os.Getenv("PARLEY_TESTDATA")
	files, err := filepath.Glob(filepath.Join(folder, "webhooks", "whatsapp", "*.json"))
	if err != nil || folder != "" && len(files) == 0 {
		t.Fatalf("PARLEY_TESTDATA is set and holds no WhatsApp webhooks: %v", err)
	}
	accepted := map[string]string{"40db0669-messages-text.json": "GROUP_MESSAGE"}
	const readInGroup = "946da2e0-messages-status.json"
	for _, f := range files {
		body := read(t, f)
		ours := adapter(t, func(acc *channel.Account) {
			if id := phoneNumberID.FindSubmatch(body); id != nil {
				acc.Settings["phone_number_id"] = string(id[1])
			}
		})
		name := filepath.Base(f)
		events, err := ours.Parse(body, nil)
		var u *channel.Unreadable
		if errors.As(err, &u) != (err != nil) || err != nil && u.Reason != accepted[name] {
			t.Errorf("%s: %v", name, err)
		}
		aboutUs := (strings.Contains(name, "-messages-") || strings.Contains(name, "-calls")) && name != readInGroup
		if err == nil && aboutUs != (len(events) > 0) {
			t.Errorf("%s: %d events", name, len(events))
		}
	}
}

var phoneNumberID = regexp.MustCompile(`"phone_number_id":\s*"([^"]*)"`)

func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func checkUnreadable(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	var u *channel.Unreadable
	if errors.As(err, &u) {
		got = u.Reason + " at " + u.Detail
	} else if err != nil {
		t.Errorf("an error that is not *Unreadable: %v", err)
	}
	if got != want {
		t.Errorf("unreadable: got %q, want %q", got, want)
	}
}

// describe puts an event into one line.
func describe(e channel.Event) string {
	key := e.Kind + " " + e.ExternalID
	if e.Discriminator != "" {
		key += "/" + e.Discriminator
	}
	key += fmt.Sprintf(" at %d ", e.OccurredTime.Unix())
	if s := e.Status; s != nil {
		line := key + "to " + e.Sender + ": " + short(s.State.String())
		if s.Reason != "" {
			line += " because " + s.Reason
		}
		if s.MessageRef != "" {
			line += " ref " + s.MessageRef
		}
		return line
	}
	if e.Channel == nil {
		return key + "by " + e.Sender
	}
	from := e.Channel.GetSender()
	if e.Sender != from.GetAddress() || from.GetAssurance() != accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION {
		return "a sender that is not vouched for: " + from.String()
	}
	line := key + "from " + from.GetAddress() + " (" + from.GetDisplayName() + ")"
	for _, h := range from.GetHandles() {
		line += " " + strings.TrimPrefix(h.GetKind().String(), "HANDLE_KIND_") + "=" + h.GetValue()
	}
	switch what := e.Channel.GetEvent().(type) {
	case *contextv1.ChannelEvent_Message:
		return line + ": " + words(what.Message.GetContent())
	case *contextv1.ChannelEvent_Edit:
		return line + ": " + what.Edit.GetExternalId() + " becomes " + words(what.Edit.GetContent())
	case *contextv1.ChannelEvent_Deletion:
		return line + ": " + what.Deletion.GetExternalId()
	case *contextv1.ChannelEvent_Reaction:
		return line + ": " + what.Reaction.GetEmoji() + " under " + what.Reaction.GetExternalId()
	default:
		return line + ": nothing"
	}
}

func words(c *contextv1.Content) string {
	line := strings.TrimPrefix(c.GetKind().String(), "CONTENT_KIND_")
	if c.GetVendorKind() != "" {
		line += " " + c.GetVendorKind()
	}
	line += fmt.Sprintf(" %q", c.GetText())
	for _, a := range c.GetAttachments() {
		line += " [" + join(" ", a.GetReference(), a.GetMediaType(), a.GetFileName()) + "]"
	}
	if c.GetQuotedExternalId() != "" {
		line += " quoting " + c.GetQuotedExternalId()
	}
	if c.GetForwarded() {
		line += " forwarded"
	}
	return line
}

func short(state string) string { return strings.TrimPrefix(state, "DELIVERY_STATE_") }

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	return read(t, filepath.Join("testdata", name))
}

func fixtures(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	return files
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
