package whatsapp

import (
	"reflect"
	"testing"
)

func TestReadAsAWholeANotificationSaysWhatItsPartsSay(t *testing.T) {
	a := adapter(t)
	whole := 0
	for _, file := range fixtures(t) {
		t.Run(file, func(t *testing.T) {
			body := read(t, file)
			got, ok := a.parseWhole(body)
			if !ok {
				return // it is read in parts
			}
			whole++
			if want, err := a.parseParts(body); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("as a whole %+v, in parts %+v (%v)", got, want, err)
			}
		})
	}
	if whole < 3 {
		t.Errorf("%d of the notifications were read as a whole: texts and statuses must be", whole)
	}
}

func TestAsAWholeOnlyWhatIsWhollyUnderstoodIsRead(t *testing.T) {
	const head = `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"100200300400500"},`
	const text = `{"from":"12125550142","id":"wamid.1","timestamp":"1763700000","type":"text","text":{"body":"hello"}}`
	for _, tt := range []struct {
		name, value string
		want        bool
	}{
		{"a text", `"messages":[` + text + `]`, true},
		{"two texts", `"messages":[` + text + `,` + text + `]`, true},
		{"a text without words", `"messages":[{"from":"12125550142","id":"wamid.1","timestamp":"1763700000","type":"text"}]`, false},
		{"words that are a number", `"messages":[{"from":"12125550142","id":"wamid.1","timestamp":"1","type":"text","text":5}]`, false},
		{"a text and something strange", `"messages":[` + text + `,5]`, false},
		{"a text and a picture", `"messages":[` + text + `,{"from":"12125550142","id":"wamid.2","timestamp":"1","type":"image","image":{"id":"9"}}]`, false},
		{"a text from nobody", `"messages":[{"id":"wamid.1","timestamp":"1","type":"text","text":{"body":"hello"}}]`, false},
		{"a status", `"statuses":[{"id":"wamid.2","status":"read","timestamp":"1763700000","recipient_id":"12125550142"}]`, true},
		{"a status without a time", `"statuses":[{"id":"wamid.2","status":"read","recipient_id":"12125550142"}]`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := []byte(head + tt.value + `}}]}]}`)
			a := adapter(t)
			got, whole := a.parseWhole(body)
			if whole != tt.want {
				t.Fatalf("read as a whole: %v, want %v", whole, tt.want)
			}
			if want, err := a.parseParts(body); whole && (err != nil || !reflect.DeepEqual(got, want)) {
				t.Errorf("as a whole %+v, in parts %+v (%v)", got, want, err)
			}
		})
	}
}

// BenchmarkParse is one text, read as a whole and in parts.
func BenchmarkParse(b *testing.B) {
	body := []byte(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",` +
		`"metadata":{"display_phone_number":"12125550109","phone_number_id":"100200300400500"},"contacts":[{"profile":{"name":"Dana"},` +
		`"wa_id":"12125550142"}],"messages":[{"from":"12125550142","id":"wamid.HBgLMTIxMjU1NTAxNDIVAgARGBI5QTND","timestamp":"1763700000",` +
		`"type":"text","text":{"body":"Why is my bill so high this month?"}}]}}]}]}`)
	a := adapter(b)
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, whole := a.parseWhole(body); !whole {
				b.Fatal("not read")
			}
		}
	})
	b.Run("parts", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := a.parseParts(body); err != nil {
				b.Fatal(err)
			}
		}
	})
}
