package email

import (
	"testing"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/channeltest"
	"github.com/parleyhq/parley/mesh/clock"
)

func TestItIsAnAdapterLikeAnyOther(t *testing.T) {
	forged := "Authentication-Results: mx.demo; dmarc=fail header.from=reyes.example\r\n" + daniel + rest
	channeltest.Run(t, channeltest.Harness{
		New: func(vendorURL string) (channel.Adapter, error) {
			acc := account()
			acc.Settings["submission"] = vendorURL
			if vendorURL == "http://127.0.0.1:1" {
				acc.Settings["submission"] = "127.0.0.1:1"
			}
			return New(acc, Deps{Clock: clock.System})
		},
		Door: &channeltest.Door{
			Vouched: fromMX("daniel@reyes.example"),
			Unvouched: map[string]channeltest.Delivery{
				"a forged From":             {Header: fromMX("daniel@reyes.example"), Body: []byte(forged)},
				"nothing said about From":   {Header: fromMX("daniel@reyes.example"), Body: []byte(daniel + rest)},
				"brought by a stranger":     {Header: envelope{peer: "203.0.113.9"}.header(), Body: []byte(passed1 + daniel + rest)},
				"brought by nobody knows":   {Body: []byte(passed1 + daniel + rest)},
				"a machine's, and a forger": {Header: fromMX(""), Body: []byte("Auto-Submitted: auto-replied\r\n" + daniel + rest)},
			},
		},
		Webhooks: map[string][]byte{
			"a mail":        []byte(passed1 + daniel + rest),
			"a bare one":    []byte(passed1 + daniel + "\r\nhello\r\n"),
			"a bounce":      []byte(bounceOf(delivery, "5.1.1")),
			"out of office": []byte(passed1 + daniel + "Auto-Submitted: auto-replied\r\nMessage-ID: <9@reyes.example>\r\nSubject: Away\r\n\r\nI am away.\r\n"),
		},
		Garbage: []byte("\x00\x01\x02 no header, no mail"),
		Serve:   submissionServer(t),
		To:      "daniel@reyes.example",
	})
}

// submissionServer is the contract's vendor: an SMTP server over loopback.
func submissionServer(t *testing.T) func(channeltest.Answer, channeltest.Wire) channeltest.Line {
	return func(answer channeltest.Answer, wire channeltest.Wire) channeltest.Line {
		s, err := serve(wire)
		if err != nil {
			t.Fatal(err)
		}
		switch answer {
		case channeltest.Takes:
		case channeltest.Stumbles:
			s.dot = refuse(451, 3, 0, "try daniel@reyes.example later")
		case channeltest.Refuses:
			s.rcpt = refuse(550, 1, 1, "no daniel@reyes.example here")
		case channeltest.RateLimits:
			s.mail = refuse(421, 7, 28, "too many")
		}
		return channeltest.Line{URL: s.at, Stop: s.stop, Hung: s.hung}
	}
}
