package page_test

import (
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
)

func itself(name string) []string { return []string{name} }

func TestAListIsReadPageByPage(t *testing.T) {
	list := page.New(sealtest.New(t)).List(method, "aurora", "open")
	names := []string{"ana", "ben", "cleo", "dora", "eva"}
	var read []string
	token := ""
	for pages := 1; ; pages++ {
		after, err := list.AfterID(token)
		if err != nil {
			t.Fatal(err)
		}
		from := slices.Index(names, after) + 1 // 0 for the first page
		var rows []string
		rows, token = page.Cut(list, names[from:min(from+3, len(names))], 2, itself)
		read = append(read, rows...)
		if token == "" {
			if pages != 3 || !slices.Equal(read, names) {
				t.Errorf("read %q in %d pages", read, pages)
			}
			return
		}
	}
}

func TestAPlaceInTheOrderOfTimesComesBack(t *testing.T) {
	list := page.New(sealtest.New(t)).List(method, "aurora")
	for _, at := range []time.Time{{}, time.Date(2026, 11, 20, 8, 0, 0, 123_000, time.UTC)} {
		_, token := page.Cut(list, []string{"message_1", "message_2"}, 1, func(id string) []string { return page.At(at, id) })
		if got, id, err := list.AfterTime(token); got != at || id != "message_1" || err != nil {
			t.Errorf("%v came back as %v, %s, %v", at, got, id, err)
		}
	}
	if at, id, err := list.AfterTime(""); !at.IsZero() || id != "" || err != nil {
		t.Errorf("the first page is behind %v, %s, %v", at, id, err)
	}
}

func TestATokenIsGoodForOneList(t *testing.T) {
	tokens := page.New(sealtest.New(t))
	list := tokens.List(method, "aurora", "open")
	for name, other := range map[string]struct {
		list  page.List
		place []string
	}{
		"another tenant's":       {tokens.List(method, "borealis", "open"), []string{"1", "message_1"}},
		"of other things":        {tokens.List(method, "aurora", "closed"), []string{"1", "message_1"}},
		"with a shorter parent":  {tokens.List(method, "aurora"), []string{"open", "1"}},
		"with a shorter place":   {list, []string{"message_1"}},
		"with a time that isn't": {list, []string{"yesterday", "message_1"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, token := page.Cut(other.list, []string{"a", "b"}, 1, func(string) []string { return other.place })
			if _, _, err := list.AfterTime(token); fault.Reason(err) != "PAGE_TOKEN_INVALID" {
				t.Errorf("got %v", err)
			}
		})
	}
}
