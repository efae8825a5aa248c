package email

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatIsNewInAReply(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"nothing around it", "Where is my refund?", "Where is my refund?"},
		{"Gmail in English", "Thanks!\n\nOn Wed, Jul 1, 2026 at 9:00 AM Aurora Care <care@aurora.example> wrote:\n\n> Your case", "Thanks!"},
		{"Gmail in Spanish", "¡Gracias!\n\nEl mié, 1 jul 2026 a las 9:00, Aurora Care (<care@aurora.example>) escribió:\n\n> Su caso", "¡Gracias!"},
		{"Gmail in Spanish, broken over two lines", "Sí\n\nEl mié, 1 de jul. de 2026 a la(s) 09:00, Aurora Care\n<care@aurora.example> escribió:\n> Su caso", "Sí"},
		{"Outlook in English", "Thanks!\n\nFrom: Aurora Care <care@aurora.example>\nSent: Wednesday, July 1, 2026 9:00 AM\nTo: Daniel\nSubject: Your case\n\nYour case", "Thanks!"},
		{"Outlook in Spanish", "Gracias\n\n________________________________\nDe: Aurora Care <care@aurora.example>\nEnviado: miércoles, 1 de julio de 2026 9:00\nPara: Daniel\nAsunto: Su caso\n\nSu caso", "Gracias"},
		{"old Outlook in Spanish", "Gracias\n\n-----Mensaje original-----\nDe: Aurora\n", "Gracias"},
		{"Apple in Spanish", "Gracias\n\nEnviado desde mi iPhone\n\n> El 1 jul 2026, a las 9:00, Aurora Care <care@aurora.example> escribió:\n> \n> Su caso", "Gracias"},
		{"French", "Merci\n\nLe mer. 1 juil. 2026 à 09:00, Aurora Care <care@aurora.example> a écrit :\n> x", "Merci"},
		{"German", "Danke\n\nAm 01.07.2026 um 09:00 schrieb Aurora Care <care@aurora.example>:\n> x", "Danke"},
		{"Portuguese", "Obrigado\n\nEm qua., 1 de jul. de 2026 às 09:00, Aurora Care <care@aurora.example> escreveu:\n\n> x", "Obrigado"},
		{"the answer below", "On Wed, Jul 1, 2026 at 9:00 AM Aurora Care <care@aurora.example> wrote:\n> Which month?\n\nJune, please.", "June, please."},
		{"the answers between", "> Which month?\nJune.\n> Which line?\nThe second.", "June.\nThe second."},
		{"a signature by the book", "Thanks\n-- \nDaniel Reyes\n+1 212 555 0101", "Thanks"},
		{"a Spanish signature", "¿Cuándo me lo pagan?\n\nSaludos,\nDaniel", "¿Cuándo me lo pagan?"},
		{"a list is no signature", "I want to know:\n- the date\n- the amount", "I want to know:\n- the date\n- the amount"},
		{"a sentence with a date and a colon", "On 1 July at 10:30 I called you:\nnobody answered.", "On 1 July at 10:30 I called you:\nnobody answered."},
		{"a question behind a greeting is kept", "Cheers\nbut when do I get it back?", "Cheers\nbut when do I get it back?"},
		{"nothing new", "> all of it\n> is old", ""},
		{"nothing at all", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := readReply(c.text).fresh; got != c.want {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestAForwardedMailIsKeptAndMarked(t *testing.T) {
	raw := daniel + "Subject: Fwd: bill\r\nMessage-ID: <8@reyes.example>\r\n\r\n---------- Forwarded message ---------\r\nFrom: Mail Shop <x@shop.example>\r\n" +
		"Date: Wed, Jul 1, 2026 at 9:00 AM\r\nSubject: bill\r\nTo: <daniel@reyes.example>\r\n\r\nYou owe us 12.50.\r\n"
	c := contentOf(only(t, adapter(t), raw, fromMX("daniel@reyes.example")))
	if !c.GetForwarded() || !strings.Contains(c.GetText(), "You owe us 12.50.") {
		t.Errorf("%v", c)
	}
}

// crispLines is how many lines of each mail of mail_reply_crisp its author wrote now, as somebody who read them all says. The
// others are in crispOwn, or new as a whole.
var crispLines = map[string]int{
	"correct_sig": 1, "email_1": 5, "email_10": 5, "email_12": 5, "email_13": 5, "email_14": 5, "email_15": 5, "email_16": 5, "email_17": 5, "email_18": 5,
	"email_19": 1, "email_20": 1, "email_22": 5, "email_23": 5, "email_25": 5, "email_26": 5, "email_2_1": 1, "email_3": 3, "email_7": 5, "email_8": 5, "email_9": 5,
	"email_blackberry": 1, "email_bullets": 9, "email_custom_quote_header": 1, "email_customer_quote_header_2": 1, "email_emoji": 1, "email_en_multiline_2": 5,
	"email_finnish": 5, "email_fr_multiline": 5, "email_french_2": 5, "email_french_dash_separator": 5, "email_german": 5, "email_german_2": 5, "email_german_3": 5,
	"email_iphone": 1, "email_italian": 5, "email_multi_word_sent_from_my_mobile_device": 1, "email_norwegian_gmail": 5, "email_one_is_not_on": 5,
	"email_original_message": 5, "email_portuguese": 5, "email_russian": 5, "email_thread": 1, "email_tricky_11_double_signature": 1,
	"email_tricky_12_no_space_after_header": 5, "email_tricky_14_long_quote_header": 5, "email_tricky_16_unicode_signatures": 4, "email_tricky_17_forward_header": 1,
	"email_tricky_20_html_entities": 3, "email_tricky_2_url_with_wrote": 5, "email_tricky_5_mixed_languages": 5, "email_with_regards": 5, "sig_no_empty_line": 1,
}

var crispOwn = map[string]string{
	"email_tricky_18_inline_reply":         "I think option A is great.\n\nOption B has some drawbacks.\n\nOption C is not suitable for our use case.",
	"email_tricky_19_quote_without_header": "I wanted to respond to your points:\n\nMy response to the quoted text above.\n\nAnd my final thoughts.",
}

// TestTheRepliesOfTheData: all of mail_reply_crisp's development half.
func TestTheRepliesOfTheData(t *testing.T) {
	if dataFolder() == "" {
		t.Log("PARLEY_TESTDATA is not set: the cases above stand for it")
		return
	}
	files, err := filepath.Glob(filepath.Join(dataFolder(), "mail_reply_crisp", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	right := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, text := strings.TrimSuffix(filepath.Base(file), ".txt"), clean(raw)
		if got := readReply(text).fresh; squeezed(got) != squeezed(crispWants(name, text)) {
			t.Errorf("%s: new is %q", name, head(got, 400))
			continue
		}
		right++
	}
	t.Logf("mail_reply_crisp: %d of %d right", right, len(files))
}

func crispWants(name, text string) string {
	if own, ok := crispOwn[name]; ok {
		return own
	}
	if n, ok := crispLines[name]; ok {
		return strings.Join(strings.Split(text, "\n")[:n], "\n")
	}
	return text
}

// squeezed is without what nobody sees: blanks at the ends of lines, and empty lines beyond the first.
func squeezed(s string) string {
	var lines []string
	for _, line := range strings.Split(s, "\n") {
		lines = append(lines, strings.TrimRight(line, " \t\u00a0"))
	}
	return strings.Join(trim(collapse(lines)), "\n")
}

// TestTheForwardsOfTheData counts those whose history is seen, in mails that pass another one on without a word.
func TestTheForwardsOfTheData(t *testing.T) {
	if dataFolder() == "" {
		t.Log("PARLEY_TESTDATA is not set: the case above stands for it")
		return
	}
	files, err := filepath.Glob(filepath.Join(dataFolder(), "mail_forward_crisp", "*_body*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	parted := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := clean(raw)
		if above, _, _ := cutHistory(strings.Split(text, "\n")); len(above) < len(strings.Split(text, "\n")) {
			parted++
		}
	}
	t.Logf("mail_forward_crisp: the mail that is passed on is seen in %d of %d bodies", parted, len(files))
	if parted < len(files)*9/10 {
		t.Error("fewer than nine in ten")
	}
}
