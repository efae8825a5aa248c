package email

import (
	"regexp"
	"strings"
)

// maxLines bounds how much of a mail is looked at for what is new in it; nobody writes more by hand.
const maxLines = 5000

// reply is a mail's text parted into what its author wrote now and all that mail programs put around it.
type reply struct {
	// fresh is what is new; empty when nothing is.
	fresh string
	// forwarded says that the mail passes another one on.
	forwarded bool
}

// readReply finds what is new in a text: what stands above the quoted history, or between and below its `>` lines, without
// the signature. When it is not clear it keeps too much rather than too little.
func readReply(s string) reply {
	lines := strings.Split(s, "\n")
	lines = lines[:min(len(lines), maxLines)]
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t\u00a0")
	}
	var r reply
	above, history, forwarded := cutHistory(lines)
	r.forwarded = forwarded
	r.fresh = strings.Join(own(above), "\n")
	if r.fresh == "" && !forwarded {
		r.fresh = strings.Join(own(history), "\n") // the answer stands below or between what it quotes
	}
	return r
}

// own are the author's lines: without quotes and the signature.
func own(lines []string) []string {
	var kept []string
	for _, line := range lines {
		if !strings.HasPrefix(strings.TrimLeft(line, " "), ">") {
			kept = append(kept, line)
		}
	}
	kept = collapse(kept)
	return trim(cutSignature(trim(kept)))
}

// collapse leaves one empty line where quotes went.
func collapse(lines []string) []string {
	var kept []string
	for i, line := range lines {
		if line == "" && i > 0 && lines[i-1] == "" {
			continue
		}
		kept = append(kept, line)
	}
	return kept
}

func trim(lines []string) []string {
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// cutHistory parts lines at the first sign that a mail program quotes another mail. The sign itself belongs to neither.
func cutHistory(lines []string) (above, history []string, forwarded bool) {
	for i := range lines {
		after, kind := mark(lines, i)
		if kind == none {
			continue
		}
		above = lines[:i]
		for len(above) > 0 && rule.MatchString(above[len(above)-1]) {
			above = above[:len(above)-1] // the line that was drawn over it
		}
		return above, lines[after:], kind == forward
	}
	return lines, nil, false
}

type marked int

const (
	none marked = iota
	quote
	forward
)

// mark says whether another mail begins at a line, and where its own lines do.
func mark(lines []string, i int) (after int, kind marked) {
	line := strings.TrimSpace(strings.TrimLeft(lines[i], "> "))
	if line == "" || len(line) > 500 {
		return 0, none
	}
	if separator.MatchString(line) {
		if forwardWord.MatchString(line) {
			return i + 1, forward
		}
		return i + 1, quote
	}
	if n := wroteLine(lines, i); n > 0 {
		return i + n, quote
	}
	if n := headerBlock(lines, i); n > 0 {
		return i + n, quote
	}
	return 0, none
}

// maxSignature is how many lines a signature without a mark of its own can have.
const maxSignature = 12

// maxWrote is over how many lines mail programs break "On Monday ... wrote:".
const maxWrote = 4

// wroteLine says how many lines from here are "On Monday at 10:02, somebody wrote:", in whatever language: a date or a time,
// and an address or a verb, before a colon. Zero when they are not.
func wroteLine(lines []string, i int) int {
	first := strings.TrimSpace(strings.TrimLeft(lines[i], "> "))
	joined := ""
	for n := 0; n < maxWrote && i+n < len(lines); n++ {
		line := strings.TrimSpace(strings.TrimLeft(lines[i+n], "> "))
		if line == "" {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + line)
		if !strings.HasSuffix(line, ":") && !verbAtEnd.MatchString(line) {
			continue
		}
		if len(joined) > 500 || !dated.MatchString(joined) || !wroteVerb.MatchString(joined) && !addressed.MatchString(joined) {
			return 0
		}
		// A sentence above must not be taken for its beginning.
		begins := (dated.MatchString(first) || opener.MatchString(first)) && !sentence.MatchString(first)
		if n > 0 && !begins {
			return 0
		}
		return n + 1
	}
	return 0
}

// headerBlock says how many lines from here are another mail's From, Sent, To and Subject, in whatever language, as Outlook
// and its kin write them. Zero when they are not.
func headerBlock(lines []string, i int) int {
	if !authorLabel.MatchString(lines[i]) {
		return 0
	}
	seen, n := 0, 1
	for n < 10 && i+n < len(lines) {
		line := lines[i+n]
		if anyLabel.MatchString(line) {
			seen++
		} else if line == "" && (n == 1 || seen >= 2) || seen > 0 && !strings.Contains(line, ":") && seen >= 2 {
			break
		}
		n++
	}
	if seen < 2 {
		return 0
	}
	return n
}

// cutSignature cuts from the first line that begins a signature. A first line is never one.
func cutSignature(lines []string) []string {
	for i := 1; i < len(lines); i++ {
		if signs(lines, i) {
			return lines[:i]
		}
	}
	if len(lines) == 1 && sentFrom.MatchString(lines[0]) {
		return nil
	}
	return lines
}

func signs(lines []string, i int) bool {
	line := lines[i]
	switch {
	case sigDash.MatchString(line):
		return true
	case sentFrom.MatchString(line):
		return lines[i-1] == "" || i == len(lines)-1
	case closing.MatchString(line), dashName.MatchString(line):
		if len(lines)-i > maxSignature {
			return false
		}
		behind := strings.Join(lines[i:], "")
		return len(behind) <= 50*maxSignature && !strings.Contains(behind, "?")
	default:
		return false
	}
}

var (
	// rule is a line drawn across.
	rule = regexp.MustCompile(`^\s*([-_=*~\x{2014}\x{2015}]\s*){4,}$|^\s*$`)
	// separator: "-----Original Message-----", "Begin forwarded message:", in whatever language.
	separator = regexp.MustCompile(`(?i)^[-_=*\s]{3,}\s*\pL[\pL\s'’.]{2,50}?\s*:?[-_=*\s]{3,}(\s\pL[\pL ]{0,20}:.*)?$|^(begin forwarded message|inizio messaggio inoltrato|début du message transféré|` +
		`début du message réexpédié|anfang der weitergeleiteten nachricht|weitergeleitete nachricht|inicio del mensaje reenviado|mensaje reenviado|` +
		`início da mensagem reencaminhada|doorgestuurd bericht|vidarebefordrat brev|videresendt besked|începe mesajul redirecționat|початок листа, що пересилається)\s*:$`)
	forwardWord = regexp.MustCompile(`(?i)forward|weitergeleitet|transf[ée]r|r[ée]exp[ée]di|reenvia|encaminhad|inoltrat|doorgestuurd|vidarebe|videresen|` +
		`przekazan|пересыла|пересл|edelleenl|välitet|továbbít|přepos|preposl|proslij|proslije|redirec|iletil|перенаправ`)

	dated     = regexp.MustCompile(`\d{1,2}[:.h]\d{2}|\d{4}|\d{1,2}[./-]\d{1,2}`)
	addressed = regexp.MustCompile(`(<|&lt;|\()\s*[^<>\s]+@[^<>\s]+\s*(>|&gt;|\))\s*\pL{0,20}[\pL\s()]{0,20}:?$|"[^"]+"\s*(<[^<>]*>)?\s*:$`)
	wroteVerb = regexp.MustCompile(`(?i)\b(wrote|writes|schrieb|escribió|escribio|escreveu|scritto|scrive|schreef|skrev|kirjoitti|napisał\(?a?\)?|` +
		`пишет|писал|yazdı|scris|napsal|napísal)(\s*:|\s*$|\s+[^:]{1,120}:$)|(a écrit|écrit|написал[аи]?|írta|έγραψε|のメッセージ|写道|さんは書きました|작성)\s*[:：]?`)
	verbAtEnd = regexp.MustCompile(`(?i)(wrote|schrieb|a écrit|ha scritto|escribió|escreveu|schreef|skrev|написал|写道)\s*[:：]?$`)
	opener    = regexp.MustCompile(`(?i)^(on|le|el|am|il|in data|em|op|den|w dniu|dnia|at|\d|\pL{2,3}\.)`)
	sentence  = regexp.MustCompile(`[.!?]$`)

	label       = `^[\s>*]*\*?\s*(%s)\s*\*?\s*:`
	authorLabel = labels(`from|von|de|da|van|från|fra|lähettäjä|od|от|отправитель|feladó|odesílatel|odosielateľ|kimden|gönderen|发件人|寄件者|差出人|보낸 사람|message du|mensagem de|de la|šalje|pošiljatelj|expéditeur|remitente|mittente|absender`)
	anyLabel    = labels(`sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|envoyé|envoyé le|date|à|a|copie à|objet|sujet|` +
		`enviado|enviado el|fecha|para|asunto|inviato|data|a|oggetto|enviada em|enviado em|enviada|assunto|verzonden|aan|onderwerp|` +
		`skickat|till|ämne|sendt|til|emne|lähetetty|vastaanottaja|päivämäärä|aihe|wysłano|data|do|temat|отправлено|дата|кому|тема|` +
		`küldve|címzett|tárgy|dátum|odesláno|komu|předmět|odoslané|predmet|poslano|za|prima|tarih|gönderildi|kime|konu|trimis|către|subiect|` +
		`de|da|od|from|发送时间|收件人|主题|日期|送信日時|宛先|件名|날짜|받는 사람|제목`)

	sigDash  = regexp.MustCompile(`^\s*(-{2,4}|_{2,}|\x{2014}+|\x{2013}{2,}|\+{2,4}|={2,4}|-\*-)\s*$`)
	dashName = regexp.MustCompile(`^-\s?\p{Lu}\pL*(\s\p{Lu}\pL*){0,2}$`)
	sentFrom = regexp.MustCompile(`(?i)^\s*\*?(sent from|sent via|get outlook for|enviado desde|enviado do|enviado de|enviado a partir|obtener outlook|envoyé de|envoyé depuis|` +
		`gesendet von|von meinem|inviato da|verzonden vanaf|verstuurd vanaf|skickat från|sendt fra|lähetetty|wysłane z|отправлено из|отправлено с|iphone'umdan|küldve)` +
		`(\s[^,;?!]{1,70}[^,;.?!])?$`)
	closing = regexp.MustCompile(`(?i)^\s*((kind|best|warm|warmest|many)\s+)?(regards|rgds|br|cheers|best wishes|all the best|thanks and regards|` +
		`saludos|un saludo|saludos cordiales|un cordial saludo|atentamente|cordialmente|atenciosamente|cumprimentos|com os melhores cumprimentos|abraços|` +
		`cordialement|bien cordialement|bien à vous|mit freundlichen grüßen|mit freundlichen grüssen|mfg|viele grüße|beste grüße|liebe grüße|` +
		`cordiali saluti|distinti saluti|saluti|met vriendelijke groeten?|groeten|med vennlig hilsen|mvh|med vänlig hälsning|vänliga hälsningar|` +
		`med venlig hilsen|ystävällisin terveisin|terveisin|pozdrawiam|z poważaniem|с уважением|üdvözlettel)\s*[,.!]*$`)
)

func labels(words string) *regexp.Regexp {
	return regexp.MustCompile("(?i)" + strings.Replace(label, "%s", words, 1))
}
