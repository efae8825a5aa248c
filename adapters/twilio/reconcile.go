package twilio

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/internal/exchange"
)

const (
	// settle is how long after an attempt began Twilio may still be taking it: until then, not being listed proves nothing.
	settle = 20 * time.Second
	// slack allows for both sides' clocks being read in whole seconds.
	slack = 2 * time.Second
	// pageSize and maxPages bound the look-up.
	pageSize = 200
	maxPages = 5
	// trialPrefix is what Twilio puts before every text of a trial account.
	trialPrefix = "Sent from your Twilio trial account - "
)

// listed is a message as Twilio lists it.
type listed struct {
	SID         string `json:"sid"`
	To          string `json:"to"`
	From        string `json:"from"`
	Body        string `json:"body"`
	Direction   string `json:"direction"`
	DateCreated string `json:"date_created"`
}

// Reconcile looks for the attempt among what was sent from our number to the recipient. Twilio lists no reference of
// ours, so the text and the time of creation must do: the newest of the same text that was created since the attempt
// began, by Twilio's clock, and is not known to be another message of ours, is it. That is sound because the runner keeps
// one attempt at a time unresolved per account and recipient: nothing newer was sent. Its limits:
//
//   - Where Twilio redacts bodies, nothing matches, and the message is sent a second time.
//   - Messages are not filtered by DateSent, for one that still waits in Twilio's queue has none.
func (a *Adapter) Reconcile(
	ctx context.Context, out channel.Outgoing, attempt channel.Attempt,
) (channel.Outcome, channel.SendResult, error) {
	age := a.clock().Sub(attempt.Began)
	next := a.messagesURL + "?" + url.Values{
		"To": {out.To}, "From": {a.account.Address}, "PageSize": {strconv.Itoa(pageSize)},
	}.Encode()
	for range maxPages {
		answer, err := a.call(ctx, http.MethodGet, next, "")
		if err != nil {
			return channel.OutcomeUnknown, channel.SendResult{}, err
		}
		var page struct {
			Messages    []listed `json:"messages"`
			NextPageURI string   `json:"next_page_uri"`
		}
		if json.Unmarshal(answer.Body, &page) != nil {
			return unreadable()
		}
		since := attempt.Began.Add(ahead(answer, a.clock()) - slack)
		sids, past, ok := search(page.Messages, out, a.account.Address, since)
		if !ok {
			return unreadable()
		}
		for _, sid := range sids {
			known, err := attempt.Known(ctx, sid)
			if err != nil {
				return channel.OutcomeUnknown, channel.SendResult{}, err
			}
			if !known {
				return channel.OutcomeSent, channel.SendResult{ExternalID: sid}, nil
			}
		}
		if past || page.NextPageURI == "" {
			return notListed(age), channel.SendResult{}, nil
		}
		if next, ok = a.following(page.NextPageURI); !ok {
			return unreadable()
		}
	}
	return channel.OutcomeUnknown, channel.SendResult{}, nil
}

func notListed(age time.Duration) channel.Outcome {
	if age < settle {
		return channel.OutcomeUnknown
	}
	return channel.OutcomeNotSent
}

func unreadable() (channel.Outcome, channel.SendResult, error) {
	return channel.OutcomeUnknown, channel.SendResult{}, channel.NewSendError(channel.Retryable, "ANSWER_UNREADABLE", nil)
}

// search finds the matches on a page, which Twilio sorts, the newest first. Past is true when the page lies before the
// attempt: all of it is older.
func search(page []listed, out channel.Outgoing, from string, since time.Time) (sids []string, past, ok bool) {
	past = len(page) > 0
	for _, m := range page {
		created, err := time.Parse(time.RFC1123Z, m.DateCreated)
		if err != nil || !sidFormat.MatchString(m.SID) {
			return nil, false, false
		}
		if created.Before(since) {
			continue
		}
		past = false
		ours := m.To == out.To && m.From == from && strings.HasPrefix(m.Direction, "outbound")
		if ours && sameText(m.Body, out.Text) {
			sids = append(sids, m.SID)
		}
	}
	return sids, past, true
}

func sameText(listed, sent string) bool {
	return strings.TrimSpace(strings.TrimPrefix(listed, trialPrefix)) == strings.TrimSpace(sent)
}

// ahead is how far Twilio's clock is before ours, by the Date of its answer.
func ahead(answer *exchange.Answer, now time.Time) time.Duration {
	theirs, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return 0
	}
	if d := theirs.Sub(now); d.Abs() > slack {
		return d
	}
	return 0
}

// following is the address of the next page: Twilio gives a path, and it must be that of the list again.
func (a *Adapter) following(uri string) (string, bool) {
	list, err := url.Parse(a.messagesURL)
	if err != nil {
		return "", false
	}
	next, err := url.Parse(uri)
	if err != nil || next.Host != "" || !strings.HasSuffix(list.Path, next.Path) {
		return "", false
	}
	list.RawQuery = next.RawQuery
	return list.String(), true
}
