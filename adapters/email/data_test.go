package email

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// dataFolder is the public mail of shared/data; empty when PARLEY_TESTDATA does not say where that is.
func dataFolder() string {
	root := os.Getenv("PARLEY_TESTDATA")
	if root == "" {
		return ""
	}
	return filepath.Join(root, "email")
}

// what becomes of a mail.
func became(a *Adapter, raw []byte) string {
	events, err := a.Parse(raw, nil)
	var dead *channel.Unreadable
	switch {
	case errors.As(err, &dead) && dead.Reason == "REPORT_OF_NO_MAIL_OF_OURS":
		return "a bounce"
	case errors.As(err, &dead) && dead.Reason != "" && dead.Detail != "":
		return "a dead letter: " + dead.Reason
	case err != nil || len(events) != 1:
		return "nothing"
	case events[0].Kind == channel.KindStatus:
		return "a bounce"
	case contentOf(events[0]).GetAutomatic():
		return "an auto-reply"
	default:
		return "a message"
	}
}

var mboxLine = regexp.MustCompile(`(?m)^From \S+ +\w{3} \w{3} [ \d]\d .*$`)

// mails of a file: several in a mailbox. What is only the body of one is given a header.
func mails(t *testing.T, path string) [][]byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case strings.HasSuffix(path, ".html"):
		return [][]byte{append([]byte("From: daniel@reyes.example\nContent-Type: text/html\n\n"), raw...)}
	case strings.Contains(path, "crisp/"), strings.Contains(path, "mail_talon/") && filepath.Ext(path) != ".eml":
		return [][]byte{append([]byte("From: daniel@reyes.example\n\n"), raw...)}
	case !strings.Contains(path, "/mailbox/"):
		return [][]byte{raw}
	}
	var all [][]byte
	for _, mail := range mboxLine.Split(string(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))), -1) {
		if strings.TrimSpace(mail) != "" {
			all = append(all, []byte(strings.TrimLeft(mail, "\n")))
		}
	}
	return all
}

// TestEveryMailOfTheDataBecomesSomething: no mail of the public sets crashes the parser, takes it long, or is lost.
func TestEveryMailOfTheDataBecomesSomething(t *testing.T) {
	root := dataFolder()
	if root == "" {
		t.Log("PARLEY_TESTDATA is not set: the tests of this package's own mails stand for it")
		return
	}
	a := adapter(t)
	for _, set := range []string{"bounces_sisimai", "mail_enmime", "mail_mikel", "mail_stalwart", "mail_talon", "mail_reply_crisp", "mail_forward_crisp"} {
		counts, files := map[string]int{}, 0
		err := filepath.WalkDir(filepath.Join(root, set), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !isMail(path) {
				return err
			}
			files++
			for _, raw := range mails(t, path) {
				began := time.Now()
				what := became(a, raw)
				counts[what]++
				if took := time.Since(began); took > 30*time.Second {
					t.Errorf("%s took %v", path, took)
				}
				if what == "nothing" {
					t.Errorf("%s became nothing", path)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d files: %v", set, files, counts)
	}
}

func isMail(path string) bool {
	name := filepath.Base(path)
	return name != "LICENSE" && name != "COPYING" && !strings.HasSuffix(name, ".json") && !strings.HasSuffix(name, ".golden") && !strings.HasSuffix(name, ".md")
}
