package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// TestReconcile asks at `arrival` about an attempt that began a minute before, unless the case says otherwise.
func TestReconcile(t *testing.T) {
	began := arrival.Add(-time.Minute)
	at := func(sid string, created time.Time, change ...func(*listed)) listed {
		m := listed{SID: sid, To: "+12125550142", From: "+12125550100", Body: secretText, Direction: "outbound-api", DateCreated: created.Format(time.RFC1123Z)}
		for _, f := range change {
			f(&m)
		}
		return m
	}
	cases := []struct {
		name    string
		began   time.Time
		skew    time.Duration
		pages   [][]listed
		outcome channel.Outcome
		sid     string
		known   string // another message's
	}{
		{name: "it is there", pages: [][]listed{{at("SM1", began.Add(time.Second))}}, outcome: channel.OutcomeSent, sid: "SM1"},
		{name: "created within the second in which the attempt began", pages: [][]listed{{at("SM1", began.Truncate(time.Second))}}, outcome: channel.OutcomeSent, sid: "SM1"},
		{name: "nothing is there", pages: [][]listed{{}}, outcome: channel.OutcomeNotSent},
		{name: "not there yet, and the attempt is young", began: arrival.Add(-5 * time.Second), pages: [][]listed{{}}, outcome: channel.OutcomeUnknown},
		{name: "the same text of yesterday", pages: [][]listed{{at("SM0", began.Add(-24*time.Hour))}}, outcome: channel.OutcomeNotSent},
		{name: "the same text twice: the newest", pages: [][]listed{{at("SM2", began.Add(2*time.Second)), at("SM1", began.Add(time.Second))}}, outcome: channel.OutcomeSent, sid: "SM2"},
		{name: "the same text, but the newest is known to be another message", pages: [][]listed{{at("SM2", began.Add(2*time.Second)), at("SM1", began.Add(time.Second))}}, known: "SM2", outcome: channel.OutcomeSent, sid: "SM1"},
		{name: "the same text, known to be another message", pages: [][]listed{{at("SM1", began)}}, known: "SM1", outcome: channel.OutcomeNotSent},
		{name: "another text", pages: [][]listed{{at("SM1", began, func(m *listed) { m.Body = "hello" })}}, outcome: channel.OutcomeNotSent},
		{name: "the customer said the same", pages: [][]listed{{at("SM1", began, func(m *listed) { m.Direction = "inbound" })}}, outcome: channel.OutcomeNotSent},
		{name: "sent from another number of ours", pages: [][]listed{{at("SM1", began, func(m *listed) { m.From = "+12125550188" })}}, outcome: channel.OutcomeNotSent},
		{name: "a trial account's prefix", pages: [][]listed{{at("SM1", began, func(m *listed) { m.Body = trialPrefix + m.Body })}}, outcome: channel.OutcomeSent, sid: "SM1"},
		{name: "on the second page", pages: [][]listed{{at("SM3", began, func(m *listed) { m.Body = "hello" })}, {at("SM1", began)}}, outcome: channel.OutcomeSent, sid: "SM1"},
		{name: "a page of old ones ends the search", pages: [][]listed{{at("SM0", began.Add(-time.Hour))}, {at("SM1", began)}}, outcome: channel.OutcomeNotSent},
		{name: "Twilio's clock is an hour behind", skew: -time.Hour, pages: [][]listed{{at("SM1", began.Add(-time.Hour))}}, outcome: channel.OutcomeSent, sid: "SM1"},
		{name: "more pages than we read", pages: endless(at("SM3", began, func(m *listed) { m.Body = "hello" })), outcome: channel.OutcomeUnknown},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.began.IsZero() {
				c.began = began
			}
			a := against(t, func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				if r.Method != http.MethodGet || q.Get("To") != "+12125550142" || q.Get("From") != "+12125550100" || q.Has("DateSent") {
					t.Errorf("%s %s", r.Method, r.URL)
				}
				w.Header().Set("Date", arrival.Add(c.skew).Format(http.TimeFormat))
				writePage(w, r, c.pages)
			})
			outcome, result, err := a.Reconcile(context.Background(), outgoing(), channel.Attempt{Began: c.began, Known: func(_ context.Context, sid string) (bool, error) { return sid == c.known, nil }})
			if outcome != c.outcome || result.ExternalID != c.sid || err != nil {
				t.Errorf("got %v %q %v, want %v %q", outcome, result.ExternalID, err, c.outcome, c.sid)
			}
		})
	}
}

// writePage answers the page that is asked for, with the path of the next as Twilio gives it.
func writePage(w http.ResponseWriter, r *http.Request, pages [][]listed) {
	n, _ := strconv.Atoi(r.URL.Query().Get("Page"))
	answer := map[string]any{"messages": pages[n], "next_page_uri": nil}
	if n+1 < len(pages) {
		q := r.URL.Query()
		q.Set("Page", strconv.Itoa(n+1))
		answer["next_page_uri"] = r.URL.Path + "?" + q.Encode()
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func endless(m listed) [][]listed {
	pages := make([][]listed, maxPages+1)
	for i := range pages {
		pages[i] = []listed{m}
	}
	return pages
}

func TestReconcileWithoutAnAnswer(t *testing.T) {
	cases := []struct {
		name, answer string
		status       int
		want         string
	}{
		{"the token is wrong", `{"code":20003}`, 401, "CREDENTIALS_REFUSED"},
		{"Twilio failed", ``, 500, "VENDOR_FAILED"},
		{"not a list", `[`, 200, "ANSWER_UNREADABLE"},
		{"a message without a time", `{"messages":[{"sid":"SM1"}]}`, 200, "ANSWER_UNREADABLE"},
		{"the next page is elsewhere", `{"messages":[],"next_page_uri":"//evil.example/x"}`, 200, "ANSWER_UNREADABLE"},
		{"the next page is another resource", `{"messages":[],"next_page_uri":"/2010-04-01/Accounts"}`, 200, "ANSWER_UNREADABLE"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := against(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.answer))
			})
			outcome, _, err := a.Reconcile(context.Background(), outgoing(), channel.Attempt{Began: arrival.Add(-time.Minute)})
			var e *channel.SendError
			if outcome != channel.OutcomeUnknown || !errors.As(err, &e) || e.Reason != c.want {
				t.Errorf("got %v, %v; want %s", outcome, err, c.want)
			}
		})
	}
}
