package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	whyHighES = "¿Por qué está tan alta mi factura este mes?"
	disputeES = "Sí, dispútelo por favor"
	statusES  = "¿Qué pasó con mi queja?"
)

var weekdaysES = []string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}

// Daniel's locale is en-US: he is answered in the language that he writes, on every channel, and so is he told the news.
func TestTheStoryInSpanish(t *testing.T) {
	t.Parallel()
	s := &story{up: start(t), t: t}
	s.says("whatsapp", whyHighES, "¿Quiere disputar ese cargo?")
	s.says("sms", "no, no lo disputes", "lo dejo como está") // and opens nothing: of the disputes there is one in the end
	s.says("whatsapp", whyHighES, "Su factura de", "$259.90", "$189.90", "$70.00", payPerView, "¿Quiere disputar ese cargo?")
	opened := s.says("sms", disputeES, "Listo", "crédito provisional de $70.00")
	s.finds(opened)
	due := s.dispute.DecisionDueDate
	day := time.Date(due.Year, time.Month(due.Month), due.Day, 0, 0, 0, 0, time.UTC).Weekday()
	until := fmt.Sprintf("ecidiremos a más tardar el %s %d de ", weekdaysES[day], due.Day)
	mentions(t, opened, until)
	s.mustBring(vouched + mail("es1", "Mi queja", statusES))
	mentions(t, s.reply(danielMail, 1), "Su caso "+s.number, "está abierto", until)
	s.decide("OUTCOME_REJECT")
	mentions(t, s.reply(danielMail, 2), "Su caso "+s.number, "fue rechazado", "«"+decision+"»", "$70.00")

	s.mustBring(mail("es2", "Mi factura", whyHighES)) // for which nobody vouches
	answer := s.reply(danielMail, 3)
	mentions(t, answer, "Para eso tengo que estar seguro de quién escribe")
	if strings.Contains(answer, "$") || strings.Contains(answer, payPerView) {
		t.Errorf("%q tells of the account", answer)
	}
}
