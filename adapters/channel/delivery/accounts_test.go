package delivery_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
)

// hung never answers: each send takes until its time is up.
type hung struct{ *fakechannel.Adapter }

func (hung) Send(ctx context.Context, _ channel.Outgoing) (channel.SendResult, error) {
	<-ctx.Done()
	return channel.SendResult{}, channel.NewSendError(channel.Unknown, "NO_ANSWER", nil)
}

// besides is the world's account with another beside it.
func (w *world) besides(other channel.Adapter) { w.adapters = []channel.Adapter{other, w.adapter} }

func TestAHungVendorHoldsUpNobodyElsesAccount(t *testing.T) {
	inWorld(t, func(w *world) {
		w.besides(hung{fakechannel.New(fakechannel.Account("hung"), w.vendor)})
		w.start()
		for i := range 50 {
			w.postTo("hung", fmt.Sprintf("message_h%d", i), fmt.Sprintf("+1555%04d", i), "into the void")
		}
		w.after(time.Second)
		w.post("message_1", "+15550142", "hello")
		w.after(time.Second)
		w.want("message_1", sent, "", "hello")
	})
}
