package bus_test

import (
	"fmt"
	"testing"

	"github.com/parleyhq/parley/mesh/bus"
)

// The places of conversations are released: another one would break order at an upgrade.
func TestAConversationHasItsPartitionForEver(t *testing.T) {
	cases := map[string]string{
		"conversation_01k0x3v8q1e7mb2d4nfs6g9hjk": "conversation.p07.MessageRecorded",
		"conversation_01k0x3v8q1e7mb2d4nfs6g9hjm": "conversation.p01.MessageRecorded",
		"": "conversation.p05.MessageRecorded",
	}
	for id, want := range cases {
		for _, eventType := range []string{"parley.events.v1.MessageRecorded", "MessageRecorded"} {
			if got := bus.ConversationSubject(id, eventType); got != want {
				t.Errorf("%s of %q: got %s, want %s", eventType, id, got, want)
			}
		}
	}
}

func TestACustomerHasItsPartitionOfBillingForEver(t *testing.T) {
	const customer = "customer_01k0x3v8pze8rtw0c5a7yq2mdn"
	for _, eventType := range []string{"parley.events.v1.DisputeOpened", "DisputeOpened"} {
		if got := bus.BillingSubject(customer, eventType); got != "billing.p02.DisputeOpened" {
			t.Errorf("%s: got %s", eventType, got)
		}
	}
}

func TestAConversationHasItsPartitionOfRoutingForEver(t *testing.T) {
	const conversation = "conversation_01k0x3v8q1e7mb2d4nfs6g9hjk"
	for _, eventType := range []string{"parley.events.v1.TaskAccepted", "TaskAccepted"} {
		if got := bus.RoutingSubject(conversation, eventType); got != "routing.p07.TaskAccepted" {
			t.Errorf("%s: got %s", eventType, got)
		}
	}
}

func TestConversationsAreSpreadOverThePartitions(t *testing.T) {
	const conversations, partitions = 16_000, 16
	count := map[string]int{}
	for i := range conversations {
		count[bus.ConversationSubject(fmt.Sprintf("conversation_%05d", i), "X")]++
	}
	if len(count) != partitions {
		t.Errorf("%d partitions, want %d", len(count), partitions)
	}
	for subject, n := range count {
		if n < conversations/partitions/2 || n > conversations/partitions*2 {
			t.Errorf("%d of %d conversations are in %s", n, conversations, subject)
		}
	}
}
