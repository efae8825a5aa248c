package rpc

import (
	"time"

	assistantv1 "github.com/parleyhq/parley/proto/gen/parley/assistant/v1"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
)

// Understanding is the result as the API tells it. Days are resolved for somebody who says them now, whose location is the
// tenant's zone.
func Understanding(r understand.Result, now time.Time) *assistantv1.Understanding {
	told := &assistantv1.Understanding{Intent: r.Intent, Score: r.Score, Evidence: r.Evidence, Quoted: r.Quoted}
	for _, a := range r.Alternatives {
		told.Alternatives = append(told.Alternatives, &assistantv1.Alternative{Intent: a.Intent, Score: a.Score})
	}
	for _, w := range r.Wishes {
		told.Wishes = append(told.Wishes, &assistantv1.Wish{Intent: w.Intent, Score: w.Score, Text: w.Text, Evidence: w.Evidence})
	}
	for _, h := range r.Held {
		told.HeldWishes = append(told.HeldWishes, &assistantv1.HeldWish{Intent: h.Intent, Reason: h.Guard, Words: h.Words})
	}
	for _, e := range r.Entities {
		told.Entities = append(told.Entities, toldEntity(e, now))
	}
	return told
}

func toldEntity(e entity.Entity, now time.Time) *assistantv1.Entity {
	told := &assistantv1.Entity{Text: e.Text}
	switch e.Kind {
	case entity.KindAmount:
		told.Value = &assistantv1.Entity_Amount{Amount: &money.Money{
			CurrencyCode: e.Amount.Currency, Units: e.Amount.Minor / 100, Nanos: int32(e.Amount.Minor%100) * 10_000_000,
		}}
	case entity.KindDate:
		day := e.Date.On(now)
		told.Value = &assistantv1.Entity_Date{Date: &date.Date{
			Year: int32(day.Year), Month: int32(day.Month), Day: int32(day.Day),
		}}
	case entity.KindCaseNumber:
		told.Value = &assistantv1.Entity_CaseNumber{CaseNumber: e.Number}
	case entity.KindInvoiceNumber:
		told.Value = &assistantv1.Entity_InvoiceNumber{InvoiceNumber: e.Number}
	}
	return told
}
