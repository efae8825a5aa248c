package entity

// meaningless are words of a description that call nothing by its name.
var meaningless = map[string]bool{
	"a": true, "the": true, "and": true, "of": true, "for": true, "on": true, "an": true, "with": true, "fee": true, "charge": true,
	"mbit": true, "gbit": true, "s": true, "per": true, "pay": true, "monthly": true, "payment": true, "line": true,
}

// alike are groups of words and phrases for one thing, plural s aside: what stands on an invoice is seldom what people
// say. The first names the group.
var alike = [][]string{
	{"movie", "film", "pay per view", "ppv", "fight", "boxing", "ufc", "wrestling", "view", "video", "demand", "vod", "rental", "cinema"},
	{"technician", "engineer", "tech", "repairman", "repair guy", "installer", "visit"},
	{"late", "late payment", "overdue", "penalty", "late fee"},
	{"router", "modem", "wifi", "wi fi", "box", "equipment"},
	{"internet", "broadband", "net", "connection"},
	{"tv", "television", "channel", "cable"},
	{"sport", "espn", "football", "soccer", "game"},
	{"phone", "landline", "telephone"},
	{"call", "phone call", "calling", "minute"},
	{"roaming", "abroad", "travel", "trip", "vacation", "holiday"},
	{"activation", "setup", "set up", "installation", "connection fee", "install"},
	{"discount", "rebate", "welcome", "promotion", "promo"},
	{"credit", "goodwill", "compensation", "outage"},
}
