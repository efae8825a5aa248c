package email

import (
	"regexp"
	"strings"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// report is what a host or a reader's program says of a mail that we are said to have sent.
type report struct {
	state  contextv1.DeliveryState
	reason string
	// recipient of the mail; empty when the report does not tell.
	recipient string
}

const (
	stateSent      = contextv1.DeliveryState_DELIVERY_STATE_SENT
	stateDelivered = contextv1.DeliveryState_DELIVERY_STATE_DELIVERED
	stateRead      = contextv1.DeliveryState_DELIVERY_STATE_READ
	stateFailed    = contextv1.DeliveryState_DELIVERY_STATE_FAILED
)

// readReport is nil for a mail that reports nothing.
func (a *Adapter) readReport(m *received) *report {
	for _, part := range m.body.reports {
		switch part.mediaType {
		case "message/delivery-status", "message/global-delivery-status":
			return deliveryStatus(part.text, m.prose())
		case "message/feedback-report":
			return feedback(part.text)
		case "message/disposition-notification":
			return disposition(part.text)
		}
	}
	if !a.bounced(m) {
		return nil
	}
	prose := m.prose()
	r := &report{state: stateFailed, reason: reasonOf("", prose), recipient: addressOf(m.get("x-failed-recipients"))}
	if onlyLate.MatchString(m.subject) || onlyLate.MatchString(head(prose, 600)) && !givenUp.MatchString(prose) {
		r.state, r.reason = stateSent, ""
	}
	return r
}

// prose is what a report says to people, and what it returns.
func (m *received) prose() string {
	all := append([]string{m.body.words()}, m.body.html...)
	for _, part := range m.body.reports {
		all = append(all, part.text)
	}
	return head(strings.Join(all, "\n"), maxPart)
}

func head(s string, n int) string { return s[:min(len(s), n)] }

// deliveryStatus reads a delivery status notification (RFC 3464): of one recipient, as our mails have one.
func deliveryStatus(text, prose string) *report {
	fields := groups(text)
	r := &report{recipient: addressOf(first(fields["original-recipient"], fields["final-recipient"]))}
	switch action, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(fields["action"])), " "); action {
	case "delivered":
		r.state = stateDelivered
	case "relayed", "expanded", "delayed":
		r.state = stateSent
	default:
		r.state, r.reason = stateFailed, reasonOf(fields["status"], fields["diagnostic-code"]+"\n"+prose)
	}
	return r
}

// feedback reads an abuse report (RFC 5965): the recipient has it and does not want it. Others of its kind say nothing of a
// delivery.
func feedback(text string) *report {
	fields := groups(text)
	switch strings.ToLower(strings.TrimSpace(fields["feedback-type"])) {
	case "abuse", "opt-out", "opt-out-list", "fraud", "virus", "other", "miscategorized", "complaint", "":
		return &report{state: stateFailed, reason: "COMPLAINT", recipient: addressOf(first(fields["original-rcpt-to"], fields["removal-recipient"]))}
	default:
		return &report{state: stateDelivered, recipient: addressOf(fields["original-rcpt-to"])}
	}
}

// disposition reads a receipt (RFC 8098). We ask for none.
func disposition(text string) *report {
	fields := groups(text)
	r := &report{state: stateDelivered, recipient: addressOf(first(fields["original-recipient"], fields["final-recipient"]))}
	if strings.Contains(strings.ToLower(fields["disposition"]), "displayed") {
		r.state = stateRead
	}
	return r
}

// groups reads the fields of a report, the first of each name.
func groups(text string) map[string]string {
	fields := map[string]string{}
	last := ""
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
			if last != "" {
				fields[last] += " " + strings.TrimSpace(line)
			}
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		last = ""
		if name = strings.ToLower(strings.TrimSpace(name)); ok && fields[name] == "" {
			last, fields[name] = name, strings.TrimSpace(value)
		}
	}
	return fields
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// bounced says that a mail without the parts of RFC 3464 is a host's word that it could not deliver another mail. A customer
// may write under any subject about anything, so it takes an empty return path or a host's address too; from anybody else's
// it takes that the mail names one of ours.
func (a *Adapter) bounced(m *received) bool {
	if m.has("x-failed-recipients") || m.body.mediaType == "multipart/report" && m.body.reportType == "delivery-status" {
		return true
	}
	if awaySubject.MatchString(m.subject) || !bounceSubject.MatchString(m.subject) && !bounceText.MatchString(head(m.prose(), 64<<10)) {
		return false
	}
	if m.nobody() || m.author.address == "" || daemon.MatchString(m.author.address) {
		return true
	}
	return (daemonName.MatchString(m.author.name) || m.machine()) && a.concerns(m) != ""
}

var (
	daemon     = regexp.MustCompile(`(?i)^(mailer-?daemon|mail-?d(a|e)emon|post_?master|mdaemon|mail-delivery-subsystem)@`)
	daemonName = regexp.MustCompile(`(?i)mail(er)?[ -]?(delivery|daemon|deamon|system|administrator)|delivery (sub)?system|postmaster|internet mail|mail server`)

	bounceSubject = regexp.MustCompile(`(?i)undeliver|returned (mail|e-?mail|to sender)|delivery[ -](status|fail|failure|failed|problem|report|notif|error|has failed|unsuccess)|` +
		`mail (delivery|system|failure|error)|fail(ure|ed)[ -](notice|deliver)|could ?n[o']t (be )?(deliver|send)|could not send|not deliver|unable to deliver|` +
		`non[ -]?(delivery|remis|recapit)|delivery has failed|message (delivery|you sent blocked|delayed)|warning: .*delayed|delayed mail|bounce|` +
		`mail failed|returning (message|mail)|rejected|blocked by|nondeliverable|unzustellbar|nicht zugestellt|no entregad|no se (ha podido|pudo) entregar|` +
		`non distribu|niet bezorgd|undelivered|complaint about|abuse report|user unknown|не доставлен|配信|エラー通知|退信|メールエラー|配達`)
	bounceText = regexp.MustCompile(`(?i)(could|can|was) ?n[o']t (be )?deliver|undeliver|(permanent|fatal|temporary|following|delivery) (fatal )?(error|failure)s?|` +
		`delivery .{0,60}fail|failed.{0,30}deliver|user unknown|unknown user|no such (user|mailbox|recipient)|mailbox (is )?(full|unavailable)|over quota|` +
		`recipient.{0,40}(reject|not exist|unknown|refused)|returned (message|mail|to sender)|transcript of session|mailbox not found|address rejected|` +
		`was not delivered|message was rejected|unable to (deliver|relay|find)|not (be )?accepted|blocked by our|could not be sent|couldn't be delivered|bounced|` +
		`does ?n[o']t exist|is not a (valid|known)|not listed in|not found|host unknown|(is|are|was) (not|been) (an? )?(valid|rejected|disabled|suspended)|\b5\d\d[ -]5\.\d\.\d|` +
		`returned without|error message|配信できません|届けることができません|送信できません|失敗|not member`)
	// onlyLate: it is still being tried.
	onlyLate = regexp.MustCompile(`(?i)\bdelay(ed)?\b|still being (re)?tried|will (be retried|continue to (try|be attempted))|could not send (message|mail) for past|warning message only|no need to resend|not need to resend`)
	givenUp  = regexp.MustCompile(`(?i)given up|giving up|permanent|fatal|will not be (re)?tried|could not be delivered for|unable to deliver`)
)
