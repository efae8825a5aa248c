package bench

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing/fstest"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/tools/sandbox"
)

// bodies is the one table of the reference.
var bodies = fstest.MapFS{"0001_bodies.sql": {Data: []byte(`CREATE TABLE bodies (id TEXT PRIMARY KEY, body BYTEA NOT NULL) WITHOUT ROWID;`)}}

// ServeReference is the least that must be done with a webhook before its 200: verify it, parse it, and have it on the disk,
// committed together with what comes at the same time. It says on which address it listens.
func ServeReference(ctx context.Context, dir string, listening io.Writer) error {
	db, err := store.Open(ctx, "reference", store.Config{Engine: store.SQLite, Dir: dir})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := db.Migrate(ctx, "reference", bodies); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("POST /webhooks/whatsapp/wa-main", bare(db, readMeta))
	mux.Handle("POST /webhooks/twilio/sms-main", bare(db, readTwilio))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if _, err := fmt.Fprintln(listening, listener.Addr()); err != nil {
		return err
	}
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

var errSignature = errors.New("the signature is wrong")

// read verifies and parses, and answers the message's id.
type read func(r *http.Request, body []byte) (string, error)

func bare(db *store.DB, read read) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, "body", http.StatusBadRequest)
			return
		}
		id, err := read(r, body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		err = db.Write(r.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO bodies (id, body) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, id, body)
			return err
		})
		if err != nil {
			http.Error(w, "store", http.StatusInternalServerError)
		}
	})
}

func readMeta(r *http.Request, body []byte) (string, error) {
	if !hmac.Equal([]byte(r.Header.Get("X-Hub-Signature-256")), []byte(sandbox.SignMeta(metaSecret, body))) {
		return "", errSignature
	}
	var parsed struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Messages []struct {
						ID, From, Type string
						Text           struct{ Body string }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(body, &parsed); err != nil {
		return "", err
	}
	for _, entry := range parsed.Entry {
		for _, change := range entry.Changes {
			for _, message := range change.Value.Messages {
				return message.ID, nil
			}
		}
	}
	return "", errors.New("no message")
}

func readTwilio(r *http.Request, body []byte) (string, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return "", err
	}
	if !hmac.Equal([]byte(r.Header.Get("X-Twilio-Signature")), []byte(sandbox.SignTwilio(twilioToken, "http://"+r.Host+r.URL.Path, form))) {
		return "", errSignature
	}
	return form.Get("MessageSid"), nil
}
