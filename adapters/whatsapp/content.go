package whatsapp

import (
	"encoding/json"
	"strings"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// contentOf reads what a message says, or answers the field that has not the shape it should have. A kind that is not
// known here, or that came without its payload, is kept as CONTENT_KIND_OTHER under Meta's word for it.
func contentOf(m message, parts map[string]json.RawMessage) (*contextv1.Content, string) {
	c := &contextv1.Content{
		Kind:             contextv1.ContentKind_CONTENT_KIND_OTHER,
		VendorKind:       vendorWord(m.Type),
		QuotedExternalId: m.Context.ID,
		Forwarded:        m.Context.Forwarded || m.Context.FrequentlyForwarded,
	}
	read, known := readers[m.Type]
	payload, present := parts[m.Type]
	if !known || !present {
		return c, ""
	}
	if read(c, payload) != nil {
		return nil, m.Type
	}
	if c.Kind != contextv1.ContentKind_CONTENT_KIND_OTHER {
		c.VendorKind = ""
	}
	return c, ""
}

// readers turn the payload of a type into content.
var readers = map[string]func(*contextv1.Content, json.RawMessage) error{
	"text":        readText,
	"image":       readMedia(contextv1.ContentKind_CONTENT_KIND_IMAGE),
	"audio":       readMedia(contextv1.ContentKind_CONTENT_KIND_AUDIO),
	"video":       readMedia(contextv1.ContentKind_CONTENT_KIND_VIDEO),
	"document":    readMedia(contextv1.ContentKind_CONTENT_KIND_DOCUMENT),
	"sticker":     readMedia(contextv1.ContentKind_CONTENT_KIND_STICKER),
	"location":    readLocation,
	"contacts":    readContacts,
	"interactive": readInteractive,
	"button":      readButton,
	"order":       readOrder,
	"system":      readSystem,
}

func readText(c *contextv1.Content, raw json.RawMessage) error {
	var t struct {
		Body string `json:"body"`
	}
	if err := json.Unmarshal(raw, &t); err != nil {
		return err
	}
	c.Kind, c.Text = contextv1.ContentKind_CONTENT_KIND_TEXT, t.Body
	return nil
}

func readMedia(kind contextv1.ContentKind) func(*contextv1.Content, json.RawMessage) error {
	return func(c *contextv1.Content, raw json.RawMessage) error {
		var m struct {
			ID       string `json:"id"`
			MimeType string `json:"mime_type"`
			Filename string `json:"filename"`
			Caption  string `json:"caption"`
		}
		if err := json.Unmarshal(raw, &m); err != nil {
			return err
		}
		c.Kind, c.Text = kind, m.Caption
		c.Attachments = []*contextv1.Attachment{{Reference: m.ID, MediaType: m.MimeType, FileName: m.Filename}}
		return nil
	}
}

// readLocation puts a place into words, coordinates last, so that nothing of it is lost.
func readLocation(c *contextv1.Content, raw json.RawMessage) error {
	var l struct {
		Name      string      `json:"name"`
		Address   string      `json:"address"`
		Latitude  json.Number `json:"latitude"`
		Longitude json.Number `json:"longitude"`
	}
	if err := json.Unmarshal(raw, &l); err != nil {
		return err
	}
	c.Kind = contextv1.ContentKind_CONTENT_KIND_LOCATION
	coordinates := strings.Trim(l.Latitude.String()+","+l.Longitude.String(), ",")
	c.Text = join(", ", l.Name, l.Address, coordinates)
	return nil
}

// readContacts puts cards into words: a line each, name and numbers.
func readContacts(c *contextv1.Content, raw json.RawMessage) error {
	var cards []struct {
		Name struct {
			FormattedName string `json:"formatted_name"`
		} `json:"name"`
		Phones []struct {
			Phone string `json:"phone"`
		} `json:"phones"`
	}
	if err := json.Unmarshal(raw, &cards); err != nil {
		return err
	}
	c.Kind = contextv1.ContentKind_CONTENT_KIND_CONTACTS
	var lines []string
	for _, card := range cards {
		words := []string{card.Name.FormattedName}
		for _, p := range card.Phones {
			words = append(words, p.Phone)
		}
		lines = append(lines, join(" ", words...))
	}
	c.Text = join("\n", lines...)
	return nil
}

// readInteractive reads a choice, or the answers of a form (a flow).
func readInteractive(c *contextv1.Content, raw json.RawMessage) error {
	type choice struct {
		Title string `json:"title"`
	}
	var i struct {
		Type        string `json:"type"`
		ButtonReply choice `json:"button_reply"`
		ListReply   choice `json:"list_reply"`
		NFMReply    struct {
			ResponseJSON string `json:"response_json"`
		} `json:"nfm_reply"`
	}
	if err := json.Unmarshal(raw, &i); err != nil {
		return err
	}
	switch i.Type {
	case "button_reply":
		c.Kind, c.Text = contextv1.ContentKind_CONTENT_KIND_CHOICE, i.ButtonReply.Title
	case "list_reply":
		c.Kind, c.Text = contextv1.ContentKind_CONTENT_KIND_CHOICE, i.ListReply.Title
	case "nfm_reply":
		c.VendorKind, c.Text = i.Type, i.NFMReply.ResponseJSON
	default:
		c.VendorKind = vendorWord(i.Type)
	}
	return nil
}

// readButton reads the quick reply of a template.
func readButton(c *contextv1.Content, raw json.RawMessage) error {
	var b struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return err
	}
	c.Kind, c.Text = contextv1.ContentKind_CONTENT_KIND_CHOICE, b.Text
	return nil
}

// readOrder puts a basket into words: what the customer wrote, then a line an article.
func readOrder(c *contextv1.Content, raw json.RawMessage) error {
	var o struct {
		Text  string `json:"text"`
		Items []struct {
			Article  string      `json:"product_retailer_id"`
			Quantity json.Number `json:"quantity"`
			Price    json.Number `json:"item_price"`
			Currency string      `json:"currency"`
		} `json:"product_items"`
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return err
	}
	c.Kind = contextv1.ContentKind_CONTENT_KIND_ORDER
	lines := []string{o.Text}
	for _, i := range o.Items {
		lines = append(lines, join(" ", i.Quantity.String(), "x", i.Article, i.Price.String(), i.Currency))
	}
	c.Text = join("\n", lines...)
	return nil
}

// readSystem keeps a notice of WhatsApp's own, such as a changed number. Nobody wrote it, so it stays OTHER.
func readSystem(c *contextv1.Content, raw json.RawMessage) error {
	var s struct {
		Body string `json:"body"`
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	c.Text = s.Body
	return nil
}

// vendorWord is Meta's word for a kind, bounded; `untyped` when it has none.
func vendorWord(word string) string {
	if !plain(word) {
		return "untyped"
	}
	return word
}

// join leaves out what is empty.
func join(separator string, words ...string) string {
	var kept []string
	for _, w := range words {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, separator)
}
