package entity

import (
	"strconv"
	"strings"

	"github.com/parleyhq/parley/services/assistant/internal/understand/pattern"
)

// currencies by how people write them. A dollar is taken for the US one, unless it says otherwise.
var currencies = map[string]string{
	"$": "USD", "usd": "USD", "us$": "USD", "dollar": "USD", "dollars": "USD", "dolars": "USD", "dollers": "USD", "dolar": "USD",
	"buck": "USD", "bucks": "USD", "bux": "USD",
	"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
	"£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP",
	"c$": "CAD", "cad": "CAD", "mxn": "MXN", "brl": "BRL", "r$": "BRL", "pesos": "MXN", "reais": "BRL", "chf": "CHF", "cny": "CNY", "¥": "CNY",
}

const (
	figures  = `\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d{2})?|\d{1,9}(?:[.,]\d{1,2})?`
	before   = `us\$|c\$|r\$|\$|€|£|¥|usd|eur|gbp|cad|mxn|brl|chf|cny`
	after    = before + `|dollars?|dolars?|dollers|bucks?|bux|euros?|pounds?|quid|pesos|reais`
	cents    = `cents?|¢`
	andCents = `(?:[ \t]*(?:and[ \t]+)?(\d{1,2})[ \t]*(?:` + cents + `)\b)?`
)

var (
	signBefore = pattern.MustCompile(`(?i)(` + before + `)[ \t]?(` + figures + `)`)
	wordAfter  = pattern.MustCompile(`(?i)(` + figures + `)[ \t-]?(` + after + `)` + andCents)
	onlyCents  = pattern.MustCompile(`(?i)(\d{1,4})[ \t]?(?:` + cents + `)`)
	// Two decimals are an amount without a currency, unless they are part of a date or a longer number.
	decimals = pattern.MustCompile(`\d{1,3}(?:,\d{3})+\.\d{2}|\d{1,9}[.,]\d{2}`)
	spoken   = pattern.MustCompile(`(?i)\b((?:` + numberWord + `)(?:(?:[ \t]+and)?[ \t-]+(?:` + numberWord + `))*)[ \t]+(` + after + `)(?:[ \t]+(?:and[ \t]+)?((?:` + numberWord + `)(?:[ \t-]+(?:` + numberWord + `))*)[ \t]+(?:` + cents + `))?`)
)

func findAmounts(on pattern.Text) []Entity {
	text := on.String()
	var all []Entity
	add := func(at []int, minor int64, currency string, ok bool) {
		if ok && standsAlone(text, at[0], at[1]) {
			all = append(all, Entity{Kind: KindAmount, Start: at[0], End: at[1], Amount: Amount{Minor: minor, Currency: currency}})
		}
	}
	for _, at := range signBefore.FindAllStringSubmatchIndex(on) {
		minor, ok := minorOf(text[at[4]:at[5]])
		add(at, minor, currencies[strings.ToLower(text[at[2]:at[3]])], ok)
	}
	for _, at := range wordAfter.FindAllStringSubmatchIndex(on) {
		minor, ok := minorOf(text[at[2]:at[3]])
		if at[6] >= 0 {
			c, _ := strconv.ParseInt(text[at[6]:at[7]], 10, 64)
			minor += c
		}
		add(at, minor, currencies[strings.ToLower(text[at[4]:at[5]])], ok)
	}
	for _, at := range spoken.FindAllStringSubmatchIndex(on) {
		units, ok := spokenNumber(text[at[2]:at[3]])
		minor := units * 100
		if at[6] >= 0 {
			c, _ := spokenNumber(text[at[6]:at[7]])
			minor += c
		}
		add(at, minor, currencies[strings.ToLower(text[at[4]:at[5]])], ok)
	}
	for _, at := range onlyCents.FindAllStringSubmatchIndex(on) {
		minor, err := strconv.ParseInt(text[at[2]:at[3]], 10, 64)
		add(at, minor, "", err == nil)
	}
	for _, at := range decimals.FindAllStringSubmatchIndex(on) {
		minor, ok := minorOf(text[at[0]:at[1]])
		add(at, minor, "", ok)
	}
	return all
}

// standsAlone says whether neither letters nor digits nor parts of a longer number touch the place.
func standsAlone(text string, start, end int) bool {
	if start > 0 {
		switch c := text[start-1]; {
		case isDigit(c), isLetter(c) && isLetterOrDigit(text[start]):
			return false
		case strings.IndexByte("./,-:", c) >= 0 && start > 1 && isDigit(text[start-2]):
			return false
		}
	}
	if end < len(text) {
		switch c := text[end]; {
		case isLetterOrDigit(c) && isLetterOrDigit(text[end-1]):
			return false
		case strings.IndexByte("./,-:%", c) >= 0 && end+1 < len(text) && isDigit(text[end+1]), c == '%':
			return false
		}
	}
	return true
}

func isDigit(c byte) bool         { return '0' <= c && c <= '9' }
func isLetter(c byte) bool        { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isLetterOrDigit(c byte) bool { return isDigit(c) || isLetter(c) }

// minorOf reads figures: a separator with one or two digits behind it is the decimal one, all others group thousands.
func minorOf(figures string) (int64, bool) {
	units, decimals := figures, ""
	if at := strings.LastIndexAny(figures, ".,"); at >= 0 && len(figures)-at-1 <= 2 {
		units, decimals = figures[:at], figures[at+1:]
	}
	units = strings.NewReplacer(",", "", ".", "", "'", "", " ", "").Replace(units)
	if len(decimals) == 1 {
		decimals += "0"
	}
	if decimals == "" {
		decimals = "00"
	}
	minor, err := strconv.ParseInt(units+decimals, 10, 64)
	return minor, err == nil && len(units) <= 9
}
