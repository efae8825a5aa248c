package email

import (
	"errors"
	"net"

	"github.com/parleyhq/parley/adapters/channel"
)

// How the way to the submission server is protected: RFC 3207, RFC 8314, or not at all.
const (
	startTLS    = "starttls"
	implicitTLS = "implicit"
	noTLS       = "none"
)

// submission is the server that takes our mails (RFC 6409).
type submission struct {
	address, host  string
	tls            string
	user, password string
}

func newSubmission(acc channel.Account) (submission, error) {
	s := submission{
		address: acc.Settings["submission"], tls: acc.Settings["submission_tls"],
		user: acc.Settings["submission_user"], password: acc.Secrets["submission_password"],
	}
	if s.tls == "" {
		s.tls = startTLS
	}
	var port string
	var err error
	if s.host, port, err = net.SplitHostPort(s.address); err != nil || s.host == "" || port == "" {
		return s, errors.New("submission is not a host and a port")
	}
	if s.tls != startTLS && s.tls != implicitTLS && s.tls != noTLS {
		return s, errors.New("submission_tls is none of starttls, implicit, none")
	}
	if (s.user == "") != (s.password == "") {
		return s, errors.New("submission_user and the secret submission_password need each other")
	}
	if s.user != "" && s.tls == noTLS {
		return s, errors.New("a password is not sent without TLS")
	}
	return s, nil
}
