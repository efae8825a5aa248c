package twilio

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
)

const (
	authToken = "an-auth-token"
	accountID = "AC0000000000000000000000000000000a"
	publicURL = "https://webhooks.aurora.example"
)

// arrival is when everything arrives.
var arrival = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func account() channel.Account {
	return channel.Account{
		Name: "sms-test", Tenant: "aurora", Provider: "twilio", Channel: "sms", Address: "+12125550100",
		Settings: map[string]string{"account_sid": accountID},
		Secrets:  map[string]string{"auth_token": authToken},
	}
}

func deps() Deps {
	return Deps{HTTP: http.DefaultClient, Clock: func() time.Time { return arrival }, PublicURL: publicURL}
}

func adapter(t testing.TB, change ...func(*channel.Account)) *Adapter {
	t.Helper()
	acc := account()
	for _, f := range change {
		f(&acc)
	}
	a, err := New(acc, deps())
	if err != nil {
		t.Fatal(err)
	}
	return a.(*Adapter)
}

func TestReceive(t *testing.T) {
	const dana = "from +12125550142: "
	cases := []struct {
		name, file string
		want       []string
	}{
		{"a text", "text.form", []string{`message SM0001 ` + dana + `TEXT "and how much is usual for me? 😀"`}},
		{"pictures keep their order", "picture.form", []string{`message MM0002 ` + dana +
			`IMAGE "this bill" [https://api.twilio.com/media/ME1 image/jpeg] [https://api.twilio.com/media/ME2 application/pdf]`}},
		{"a card", "card.form", []string{`message MM0003 ` + dana + `CONTACTS "" [https://api.twilio.com/media/ME3 text/x-vcard]`}},
		{"media of no kind known here", "odd_media.form", []string{`message MM0004 ` + dana + `OTHER media "" [https://api.twilio.com/media/ME4 chemical/x-pdb]`}},
		{"Twilio says that it is an opt-out", "stop_by_twilio.form", []string{`opt_out SM0005 by +12125550142`, `message SM0005 ` + dana + `TEXT "arret"`}},
		{"the plain word is an opt-out", "stop_by_word.form", []string{`opt_out SM0006 by +12125550142`, `message SM0006 ` + dana + `TEXT " stop\n"`}},
		{"and back in", "start_by_word.form", []string{`opt_in SM0007 by +12125550142`, `message SM0007 ` + dana + `TEXT "Start"`}},
		{"asking for help is neither", "help.form", []string{`message SM0008 ` + dana + `TEXT "HELP"`}},
		{"cancel may be an answer", "cancel_is_an_answer.form", []string{`message SM0009 ` + dana + `TEXT "cancel"`}},
		{"in Twilio's queue", "status_queued.form", []string{`status SM0101/queued to +12125550142: SENT`}},
		{"sent", "status_sent.form", []string{`status SM0101/sent to +12125550142: SENT`}},
		{"delivered", "status_delivered.form", []string{`status SM0101/delivered to +12125550142: DELIVERED`}},
		{"read, where the channel tells", "status_read.form", []string{`status SM0101/read to +12125550142: READ`}},
		{"canceled", "status_canceled.form", []string{`status SM0101/canceled to +12125550142: FAILED because CANCELED`}},
		{"the handset was off", "status_undelivered.form", []string{`status SM0101/undelivered to +12125550142: FAILED because RECIPIENT_UNREACHABLE`}},
		{"failed by a code not known here", "status_failed.form", []string{`status SM0101/failed to +12125550142: FAILED because TWILIO_39999`}},
		{"failed without a word", "status_failed_silently.form", []string{`status SM0101/failed to +12125550142: FAILED because NO_REASON_GIVEN`}},
		{"a call comes in", "call_in.form", []string{`call CA0001/ringing unvouched ` + dana + `OTHER call ""`}},
		{"our call ended", "call_out.form", nil},
		{"a transcription names nobody", "transcription.form", nil},
	}
	used := map[string]bool{}
	for _, c := range cases {
		used[c.file] = true
		t.Run(c.name, func(t *testing.T) {
			events, err := adapter(t).Parse(read(t, filepath.Join("testdata", c.file)), nil)
			if err != nil {
				t.Fatal(err)
			}
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
	const from, to = "&From=%2B12125550142", "&To=%2B12125550100"
	cases := []struct{ name, body, want string }{
		{"not a form", "Body=%zz", "MALFORMED_FORM at body"},
		{"bytes that are no text", "MessageSid=SM1" + from + to + "&Body=%ff", "NOT_UTF8 at body"},
		{"nothing", "", "UNKNOWN_WEBHOOK at MessageSid"},
		{"another Twilio account", "AccountSid=ACother&MessageSid=SM1" + from + to, "WRONG_ACCOUNT at AccountSid"},
		{"another number of ours", "MessageSid=SM1&To=%2B12125550188" + from, "WRONG_ACCOUNT at To"},
		{"a message with a broken id", "MessageSid=SM%00" + from + to, "NO_ID at MessageSid"},
		{"a sender's name instead of a number", "MessageSid=SM1&From=AURORA" + to, "SENDER_NOT_A_NUMBER at From"},
		{"WhatsApp by way of Twilio", "MessageSid=SM1&From=whatsapp%3A%2B12125550142" + to, "SENDER_NOT_A_NUMBER at From"},
		{"no sender", "MessageSid=SM1" + to, "SENDER_NOT_A_NUMBER at From"},
		{"media that are not counted", "MessageSid=SM1&NumMedia=many" + from + to, "MALFORMED at NumMedia"},
		{"more media than there can be", "MessageSid=SM1&NumMedia=1000000000" + from + to, "MALFORMED at NumMedia"},
		{"media that are missing", "MessageSid=SM1&NumMedia=1" + from + to, "MALFORMED at MediaUrl0"},
		{"a status of the future", "MessageSid=SM1&MessageStatus=teleported&To=%2B12125550142", "UNKNOWN_STATUS at MessageStatus"},
		{"a status of nothing", "MessageStatus=sent&To=%2B12125550142", "NO_ID at MessageSid"},
		{"a status for nobody", "MessageSid=SM1&MessageStatus=sent", "RECIPIENT_NOT_A_NUMBER at To"},
		{"a call by somebody withheld", "CallSid=CA1&From=anonymous" + to, "MALFORMED at CallSid, From"},
		{"a call to another number of ours", "CallSid=CA1&To=%2B12125550188" + from, "WRONG_ACCOUNT at To"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			events, err := adapter(t).Parse([]byte(c.body), nil)
			var u *channel.Unreadable
			if !errors.As(err, &u) || u.Reason+" at "+u.Detail != c.want || len(events) > 0 {
				t.Errorf("got %d events, %v; want %s", len(events), err, c.want)
			}
		})
	}
}

// TestRedeliveryHasTheSameKey although Twilio gives no time and ours goes on.
func TestRedeliveryHasTheSameKey(t *testing.T) {
	now := arrival
	d := deps()
	d.Clock = func() time.Time { now = now.Add(time.Hour); return now }
	a, err := New(account(), d)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fixtures(t) {
		first, err1 := a.Parse(read(t, f), nil)
		second, err2 := a.Parse(read(t, f), nil)
		if err1 != nil || err2 != nil || len(first) != len(second) {
			t.Fatalf("%s: %v, %v", f, err1, err2)
		}
		for i := range first {
			if first[i].Kind != second[i].Kind || first[i].ExternalID != second[i].ExternalID || first[i].Discriminator != second[i].Discriminator {
				t.Errorf("%s: the key changed", f)
			}
		}
	}
}

func TestAuthenticate(t *testing.T) {
	const path = "/webhooks/twilio/sms-test"
	body := "MessageSid=SM1&From=%2B12125550142&Body=caf%C3%A9+%26+cake&Empty="
	right := sign(t, authToken, publicURL+path, body)
	cases := []struct {
		name, target, body, signature string
		ok                            bool
	}{
		{"signed by Twilio", path, body, right, true},
		{"with a query", path + "?a=1&b=%20", body, sign(t, authToken, publicURL+path+"?a=1&b=%20", body), true},
		{"signed with the port written out", path, body, sign(t, authToken, publicURL+":443"+path, body), true},
		{"no signature", path, body, "", false},
		{"another token", path, body, sign(t, "another", publicURL+path, body), false},
		{"another path", "/webhooks/twilio/sms-other", body, right, false},
		{"a query that was not signed", path + "?a=1", body, right, false},
		{"a parameter more", path, body + "&To=1", right, false},
		{"a parameter changed", path, strings.Replace(body, "cake", "pie", 1), right, false},
		{"signed for the address inside", path, body, sign(t, authToken, "http://127.0.0.1:8081"+path, body), false},
		{"not a form", path, "%zz", right, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8081"+c.target, nil)
			if c.signature != "" {
				r.Header.Set("X-Twilio-Signature", c.signature)
			}
			err := adapter(t).Authenticate(r, []byte(c.body))
			if c.ok != (err == nil) || err != nil && !errors.Is(err, channel.ErrUnauthenticated) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestStatusNamesOurDelivery: the reference in the signed URL reaches the status, and nothing else does.
func TestStatusNamesOurDelivery(t *testing.T) {
	body := read(t, "testdata/status_sent.form")
	cases := []struct{ name, target, want string }{
		{"our reference comes back", "/webhooks/twilio/sms-test?delivery=delivery_01", "delivery_01"},
		{"a header that the caller wrote is not believed", "/webhooks/twilio/sms-test", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, c.target, nil)
			r.Header.Set("X-Twilio-Signature", sign(t, authToken, publicURL+c.target, string(body)))
			r.Header.Set(deliveryHeader, "delivery_99")
			a := adapter(t)
			if err := a.Authenticate(r, body); err != nil {
				t.Fatal(err)
			}
			events, err := a.Parse(body, r.Header)
			if err != nil || len(events) != 1 || events[0].Status.MessageRef != c.want {
				t.Errorf("got %+v, %v", events, err)
			}
		})
	}
}

// sign is Twilio's signature, written from its documentation: the URL, then each parameter's name and value by name.
func sign(t *testing.T, token, address, body string) string {
	t.Helper()
	form, err := url.ParseQuery(body)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		address += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(address))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// TestRealPayloads reads what other projects recorded from Twilio: each gives events, nothing, or a reason.
func TestRealPayloads(t *testing.T) {
	folder := os.Getenv("PARLEY_TESTDATA")
	files, err := filepath.Glob(filepath.Join(folder, "webhooks", "twilio", "*.form"))
	if err != nil || folder != "" && len(files) == 0 {
		t.Fatalf("PARLEY_TESTDATA is set and holds no Twilio webhooks: %v", err)
	}
	want := map[string]string{
		// Its numbers have four digits.
		"4e01149f-inbound_message.form": "SENDER_NOT_A_NUMBER",
	}
	for _, f := range files {
		body := read(t, f)
		form, err := url.ParseQuery(string(body))
		if err != nil {
			t.Fatal(err)
		}
		a := adapter(t, func(acc *channel.Account) {
			if sid := form.Get("AccountSid"); sid != "" {
				acc.Settings["account_sid"] = sid
			}
			if to := form.Get("To"); numberFormat.MatchString(to) {
				acc.Address = to
			}
		})
		name := filepath.Base(f)
		events, err := a.Parse(body, nil)
		var u *channel.Unreadable
		if errors.As(err, &u) != (err != nil) || err != nil && u.Reason != want[name] {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && len(events) == 0 && !form.Has("TranscriptionSid") {
			t.Errorf("%s: no events", name)
		}
	}
}

// describe puts an event into one line.
func describe(e channel.Event) string {
	key := e.Kind + " " + e.ExternalID
	if e.Discriminator != "" {
		key += "/" + e.Discriminator
	}
	if !e.OccurredTime.Equal(arrival) {
		key += " at " + e.OccurredTime.String()
	}
	if s := e.Status; s != nil {
		line := key + " to " + e.Sender + ": " + strings.TrimPrefix(s.State.String(), "DELIVERY_STATE_")
		if s.Reason != "" {
			line += " because " + s.Reason
		}
		return line
	}
	if e.Channel == nil {
		return key + " by " + e.Sender
	}
	from := e.Channel.GetSender()
	handles := from.GetHandles()
	if from.GetAddress() != e.Sender || len(handles) != 1 || handles[0].GetValue() != e.Sender {
		return "a sender that is somebody else: " + from.String()
	}
	if from.GetAssurance() != accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION {
		key += " unvouched"
	}
	c := e.Channel.GetMessage().GetContent()
	line := key + " from " + e.Sender + ": " + strings.TrimPrefix(c.GetKind().String(), "CONTENT_KIND_")
	if c.GetVendorKind() != "" {
		line += " " + c.GetVendorKind()
	}
	line += fmt.Sprintf(" %q", c.GetText())
	for _, m := range c.GetAttachments() {
		line += " [" + m.GetReference() + " " + m.GetMediaType() + "]"
	}
	return line
}

func fixtures(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.form")
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
