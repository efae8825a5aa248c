package whatsapp

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// notification is the body of every webhook. The value of a field that concerns us is a value.
type notification[V any] struct {
	Object string `json:"object"`
	Entry  []struct {
		Changes []struct {
			Field string `json:"field"`
			Value V      `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

// value holds messages, statuses and calls, read already or not yet.
type value[M, S, C any] struct {
	Metadata struct {
		PhoneNumberID string `json:"phone_number_id"`
	} `json:"metadata"`
	Contacts []contact `json:"contacts"`
	Messages []M       `json:"messages"`
	Statuses []S       `json:"statuses"`
	Calls    []C       `json:"calls"`
}

type contact struct {
	Profile struct {
		Name string `json:"name"`
	} `json:"profile"`
	WaID   string `json:"wa_id"`
	UserID string `json:"user_id"`
}

// message is what all kinds share; the rest stands under the name of its type.
type message struct {
	ID         string  `json:"id"`
	From       string  `json:"from"`
	FromUserID string  `json:"from_user_id"`
	GroupID    string  `json:"group_id"`
	Type       string  `json:"type"`
	Timestamp  seconds `json:"timestamp"`
	Context    struct {
		ID                  string `json:"id"`
		Forwarded           bool   `json:"forwarded"`
		FrequentlyForwarded bool   `json:"frequently_forwarded"`
	} `json:"context"`
	// System names the user when a notice of WhatsApp has no author.
	System struct {
		UserID string `json:"user_id"`
	} `json:"system"`
}

type reaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

type edit struct {
	OriginalMessageID string          `json:"original_message_id"`
	Message           json.RawMessage `json:"message"`
}

type revoke struct {
	OriginalMessageID string `json:"original_message_id"`
}

type status struct {
	ID              string  `json:"id"`
	Status          string  `json:"status"`
	Type            string  `json:"type"`
	Timestamp       seconds `json:"timestamp"`
	RecipientID     string  `json:"recipient_id"`
	RecipientUserID string  `json:"recipient_user_id"`
	RecipientType   string  `json:"recipient_type"`
	CallbackData    string  `json:"biz_opaque_callback_data"`
	Errors          []struct {
		Code int `json:"code"`
	} `json:"errors"`
}

type call struct {
	ID        string  `json:"id"`
	From      string  `json:"from"`
	Event     string  `json:"event"`
	Direction string  `json:"direction"`
	Timestamp seconds `json:"timestamp"`
}

// seconds is a Unix time, which Meta writes as a string in most places and as a number in some.
type seconds string

// UnmarshalJSON takes both; what is neither is found out by time.
func (s *seconds) UnmarshalJSON(b []byte) error {
	*s = seconds(strings.Trim(string(b), `"`))
	return nil
}

// maxUnix is the end of the year 9999, the last second that a protobuf timestamp can hold.
const maxUnix = 253402300799

func (s seconds) time() (time.Time, bool) {
	n, err := strconv.ParseInt(string(s), 10, 64)
	if err != nil || n <= 0 || n > maxUnix {
		return time.Time{}, false
	}
	return time.Unix(n, 0).UTC(), true
}

// plain says whether a vendor's id is one: visible ASCII, bounded. Others would not survive a key or a column.
func plain(id string) bool {
	if id == "" || len(id) > 256 {
		return false
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return true
}
