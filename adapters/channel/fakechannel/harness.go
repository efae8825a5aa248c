package fakechannel

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/channeltest"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// Harness runs the contract with the fake.
func Harness() channeltest.Harness {
	at := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	return channeltest.Harness{
		New: func(url string) (channel.Adapter, error) {
			a := New(Account("fake-main"), nil)
			a.Client, a.URL = &http.Client{}, url
			return a, nil
		},
		Sign:            Request,
		SignatureHeader: SignatureHeader,
		Webhooks: map[string][]byte{
			"a message": Body(Said{Kind: channel.KindMessage, ID: "m1", From: "+15550142", Text: "hello", Time: at}),
			"sent and delivered at once": Body(
				Said{Kind: channel.KindStatus, ID: "o1", From: "+15550142", State: contextv1.DeliveryState_DELIVERY_STATE_SENT, Time: at},
				Said{Kind: channel.KindStatus, ID: "o1", From: "+15550142", State: contextv1.DeliveryState_DELIVERY_STATE_DELIVERED, Time: at},
			),
		},
		Garbage:    []byte("{not what we speak"),
		Vendor:     func() channeltest.Vendor { return NewVendor() },
		To:         "+15550142",
		AsksVendor: true,
	}
}

// Body is a webhook that says this.
func Body(said ...Said) []byte {
	b, err := json.Marshal(said)
	if err != nil {
		panic(err) // strings and times always marshal
	}
	return b
}

// Request delivers a body to the account, signed.
func Request(account channel.Account, body []byte) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/webhooks/fake/"+account.Name, bytes.NewReader(body))
	r.Header.Set(SignatureHeader, Sign(account, body))
	return r
}
