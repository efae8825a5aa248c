package sandbox

import (
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"

	mime "github.com/emersion/go-message"
)

var errFound = errors.New("found")

// readMail gives the author's address and what a mail program shows: the first plain text (RFC 2045 to 2049), decoded, with
// bare line ends.
func readMail(raw string) (from, text string, err error) {
	entity, err := mime.Read(strings.NewReader(raw))
	if err != nil {
		return "", "", fmt.Errorf("read the header: %w", err)
	}
	author, err := mail.ParseAddress(entity.Header.Get("From"))
	if err != nil {
		return "", "", fmt.Errorf("read From: %w", err)
	}
	err = entity.Walk(func(_ []int, part *mime.Entity, err error) error {
		if err != nil {
			return err
		}
		if kind, _, _ := part.Header.ContentType(); kind != "text/plain" {
			return nil
		}
		shown, err := io.ReadAll(part.Body)
		text = strings.TrimRight(strings.ReplaceAll(string(shown), "\r\n", "\n"), "\n")
		return errors.Join(err, errFound)
	})
	if !errors.Is(err, errFound) {
		return "", "", errors.Join(errors.New("no plain text in it"), err)
	}
	return author.Address, text, nil
}
