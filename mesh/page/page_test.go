package page_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"google.golang.org/grpc/codes"
)

const method = "/parley.context.v1.ContextService/ListMessages"

func TestTheNextPageStartsWhereTheLastOneEnded(t *testing.T) {
	keeper := sealtest.New(t)
	for _, cursor := range [][]string{{"2026-01-02", "message_1"}, {""}, {"ünïcode \x00 too"}} {
		token := page.New(keeper).Encode(method, cursor...)
		// Another process over the same keeper reads it.
		got, err := page.New(keeper).Decode(method, token)
		if err != nil || !slices.Equal(got, cursor) {
			t.Errorf("cursor %q came back as %q, %v", cursor, got, err)
		}
	}
}

func TestNoTokenIsTheFirstPage(t *testing.T) {
	if cursor, err := page.New(sealtest.New(t)).Decode(method, ""); cursor != nil || err != nil {
		t.Errorf("got %q, %v", cursor, err)
	}
}

func TestATokenShowsNothingOfItsCursor(t *testing.T) {
	token := page.New(sealtest.New(t)).Encode(method, strings.Repeat("a", 40))
	if strings.Contains(token, "YWFhYWFh") || strings.Contains(token, "aaaaa") {
		t.Errorf("the cursor can be read in %q", token)
	}
}

func TestWhatWasNotGivenOutHereIsRefused(t *testing.T) {
	tokens := page.New(sealtest.New(t))
	good := tokens.Encode(method, "message_1")
	cases := map[string]string{
		"a token of another method":   tokens.Encode("/parley.context.v1.ContextService/ListConversations", "message_1"),
		"a token of another platform": page.New(sealtest.New(t)).Encode(method, "message_1"),
		"a changed token":             "A" + good[:len(good)-1],
		"a shortened token":           good[:10],
		"no token at all":             "please, page 2",
		"more than any token":         strings.Repeat("A", 1<<20),
	}
	for name, token := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := tokens.Decode(method, token)
			if fault.Code(err) != codes.InvalidArgument || fault.Reason(err) != "PAGE_TOKEN_INVALID" {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestSize(t *testing.T) {
	cases := map[string]struct {
		asked int32
		want  int
	}{
		"nothing asked: the default": {0, 50},
		"what was asked":             {7, 7},
		"too many: the most":         {10_000, 200},
		"less than nothing":          {-1, 50},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := page.Size(c.asked, 50, 200); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	tokens := page.New(sealtest.New(f))
	f.Add("")
	f.Add(tokens.Encode(method, "message_1"))
	f.Add("....")
	f.Fuzz(func(t *testing.T, token string) {
		cursor, err := tokens.Decode(method, token)
		if err != nil && cursor != nil {
			t.Errorf("a refused token gave %q", cursor)
		}
	})
}
