package whatsapp

import (
	"encoding/json"

	"github.com/parleyhq/parley/adapters/channel"
)

// written is a message that may be a text, as most are.
type written struct {
	message
	Text json.RawMessage `json:"text"`
}

// parseWhole is Parse of a notification that is all texts, statuses and calls of the shape that they should have, as most are:
// the body is read once, and four times where each part is read on its own. It says whether it was such a one.
func (a *Adapter) parseWhole(body []byte) (events []channel.Event, whole bool) {
	var n notification[value[written, status, call]]
	if json.Unmarshal(body, &n) != nil || n.Object != "whatsapp_business_account" {
		return nil, false
	}
	p := parser{phoneNumberID: a.phoneNumberID}
	for _, e := range n.Entry {
		for _, c := range e.Changes {
			if (c.Field == "messages" || c.Field == "calls") && !p.all(c.Value) {
				return nil, false
			}
		}
	}
	return p.events, p.bad == nil
}

// all takes every event of the value. False says that there are some to be looked at more closely.
func (p *parser) all(v value[written, status, call]) bool {
	if v.Metadata.PhoneNumberID != p.phoneNumberID {
		return false
	}
	for _, m := range v.Messages {
		if m.Type != "text" || m.Text == nil {
			return false
		}
		p.said("", m.message, map[string]json.RawMessage{"text": m.Text}, v.Contacts)
	}
	for _, s := range v.Statuses {
		p.reached("", s)
	}
	for _, c := range v.Calls {
		p.rang("", c, v.Contacts)
	}
	return true
}
