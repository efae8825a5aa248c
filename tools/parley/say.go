package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/parleyhq/parley/tools/sandbox"
)

type sayCommand struct {
	Channel  string        `enum:"whatsapp,sms,email,web" default:"whatsapp" help:"Channel to write on: ${enum}."`
	From     string        `required:"" placeholder:"+12125550101" help:"The customer's number, in E.164, or mail address; on the web any name."`
	Subject  string        `default:"A question" help:"Subject of the mail."`
	Customer string        `placeholder:"AUR-0001" help:"Sign in on the web site as this customer of the company's books."`
	Sandbox  string        `default:"${sandbox}" help:"Address of the sandbox that plays the vendor."`
	Timeout  time.Duration `default:"30s" help:"How long to wait for the reply."`
	Text     []string      `arg:"" help:"What the customer says."`
}

// Run sends the text as the vendor would and waits until the vendor has the answer.
func (c *sayCommand) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	vendor := sandbox.NewClient(c.Sandbox)
	before, err := vendor.Deliveries(ctx, c.From)
	if err != nil {
		return fmt.Errorf("ask the sandbox at %s (is `parley up` running?): %w", c.Sandbox, err)
	}
	said, err := vendor.Inbound(ctx, sandbox.Inbound{
		Channel: c.Channel, From: c.From, Text: strings.Join(c.Text, " "), Subject: c.Subject, Customer: c.Customer,
	})
	if err != nil {
		return fmt.Errorf("say it by %s: %w", c.Channel, err)
	}
	if said.Status/100 != 2 {
		return fmt.Errorf("the webhook of Parley, or its SMTP, answered %d %s", said.Status, said.Error)
	}
	reply, err := awaitReply(ctx, vendor, c.From, len(before), said.ID)
	if err != nil {
		return err
	}
	fmt.Println(reply)
	return nil
}

// awaitReply waits for the first delivery to the address after those already there; of mails for the first that answers the one of
// this id, since an older answer may come again in between.
func awaitReply(ctx context.Context, vendor *sandbox.Client, to string, already int, id string) (string, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		deliveries, err := vendor.Deliveries(ctx, to)
		for _, d := range deliveries[min(already, len(deliveries)):] {
			if d.Provider != sandbox.Email || strings.Contains(d.Raw, "In-Reply-To: <"+id+">") {
				return d.Text, nil
			}
		}
		select {
		case <-ctx.Done():
			return "", errors.Join(errors.New("no reply in time"), err)
		case <-tick.C:
		}
	}
}
