package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Page sizes of Twilio's lists. https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information
const (
	twilioPageSize    = 50
	twilioMaxPageSize = 1000
)

// twilioPage is one page of the Messages list, newest first.
type twilioPage struct {
	FirstPageURI    string           `json:"first_page_uri"`
	End             int              `json:"end"`
	Messages        []twilioResource `json:"messages"`
	NextPageURI     *string          `json:"next_page_uri"`
	Page            int              `json:"page"`
	PageSize        int              `json:"page_size"`
	PreviousPageURI *string          `json:"previous_page_uri"`
	Start           int              `json:"start"`
	URI             string           `json:"uri"`
}

func (s *server) twilioList(w http.ResponseWriter, r *http.Request) {
	account, failed := twilioAccount(s.setup(), r)
	if failed != nil {
		failed.write(w)
		return
	}
	query := r.URL.Query()
	filter, failed := newTwilioFilter(account, query, s.now())
	if failed != nil {
		failed.write(w)
		return
	}
	found := s.book.list(query.Get("To"), filter.keeps)
	slices.Reverse(found)
	size, number, failed := twilioPaging(query)
	if failed != nil {
		failed.write(w)
		return
	}
	// The token names the last message of the page before, so that what arrives meanwhile shifts nothing.
	start := min(number*size, len(found))
	if last, paged := strings.CutPrefix(query.Get("PageToken"), "PA"); paged {
		start = slices.IndexFunc(found, func(m *message) bool { return m.ID == last }) + 1
	}
	end := min(start+size, len(found))
	uri := func(page int, token string) string { return twilioPageURI(r.URL.Path, query, page, size, token) }
	page := twilioPage{
		FirstPageURI: uri(0, ""), Page: number, PageSize: size, Start: number * size,
		End: number*size + max(end-start-1, 0), URI: r.URL.RequestURI(), Messages: []twilioResource{},
	}
	for _, m := range found[start:end] {
		page.Messages = append(page.Messages, newTwilioResource(account, m, s.now()))
	}
	if end < len(found) {
		next := uri(number+1, "PA"+found[end-1].ID)
		page.NextPageURI = &next
	}
	if number > 0 {
		previous := uri(number-1, "")
		page.PreviousPageURI = &previous
	}
	writeJSON(w, http.StatusOK, page)
}

func twilioPageURI(path string, query url.Values, page, size int, token string) string {
	next := url.Values{}
	for name, values := range query {
		if name != "Page" && name != "PageToken" && name != "PageSize" {
			next[name] = values
		}
	}
	next.Set("Page", strconv.Itoa(page))
	next.Set("PageSize", strconv.Itoa(size))
	if token != "" {
		next.Set("PageToken", token)
	}
	return path + "?" + next.Encode()
}

func twilioPaging(query url.Values) (size, page int, failed *twilioError) {
	size = twilioPageSize
	for name, into := range map[string]*int{"PageSize": &size, "Page": &page} {
		if !query.Has(name) {
			continue
		}
		n, err := strconv.Atoi(query.Get(name))
		if err != nil || n < 0 || (name == "PageSize" && n == 0) {
			return 0, 0, twilioBad(20006, "Invalid %s: %s", name, query.Get(name))
		}
		*into = n
	}
	return min(size, twilioMaxPageSize), page, nil
}

// twilioFilter is what the list's query asks for.
type twilioFilter struct {
	account string
	from    string
	// A message is kept when it was sent in [notBefore, before); zero means no bound.
	notBefore, before time.Time
	now               time.Time
}

// newTwilioFilter reads `DateSent`, `DateSent>` and `DateSent<`; as a query is written `DateSent>=2026-11-21`, both are
// inclusive. A date stands for its midnight in GMT, and alone for the whole day; a time is to the second.
// https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
func newTwilioFilter(account *Account, query url.Values, now time.Time) (*twilioFilter, *twilioError) {
	f := &twilioFilter{account: account.Name, from: query.Get("From"), now: now}
	for name, values := range query {
		comparison, about := strings.CutPrefix(name, "DateSent")
		if !about {
			continue
		}
		at, precision, ok := parseTwilioDate(values[0])
		if !ok {
			return nil, twilioBad(20001, "Invalid date: %s", values[0])
		}
		switch comparison {
		case "":
			f.notBefore, f.before = at, at.Add(precision)
		case ">":
			f.notBefore = at
		case "<":
			f.before = at.Add(time.Second)
		}
	}
	return f, nil
}

func parseTwilioDate(value string) (at time.Time, precision time.Duration, ok bool) {
	if at, err := time.Parse(time.DateOnly, value); err == nil {
		return at, 24 * time.Hour, true
	}
	at, err := time.Parse(time.RFC3339, value)
	return at.Truncate(time.Second), time.Second, err == nil
}

// keeps compares by the second, as Twilio keeps times. What has not left yet counts by when it was accepted.
func (f *twilioFilter) keeps(m *message) bool {
	if m.Account != f.account || (f.from != "" && addressKey(m.From) != addressKey(f.from)) {
		return false
	}
	at := m.Time
	if _, left := m.reached(f.now); !left.IsZero() {
		at = left
	}
	at = at.Truncate(time.Second)
	return !at.Before(f.notBefore) && (f.before.IsZero() || at.Before(f.before))
}
