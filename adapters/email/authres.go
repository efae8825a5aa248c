package email

import "strings"

// authResult is one result of an Authentication-Results field: `dmarc=pass header.from=example.com`.
type authResult struct {
	method, result string
	// props by `ptype.property`, in lower case.
	props map[string]string
}

// parseAuthResults reads the value of an Authentication-Results field by the grammar of RFC 8601, 2.2. It is strict with what
// decides about trust: comments and quoted strings, into which a sender may have got what looks like a result (the MTA
// writes the sender's own words there), never yield one. Not ok means that nothing in the field may be relied on; the id is
// then what could be read of it.
func parseAuthResults(value string) (id string, results []authResult, ok bool) {
	p := &authParser{rest: value}
	if id = strings.ToLower(p.value()); id == "" {
		return "", nil, false
	}
	if version := p.value(); version != "" && version != "1" {
		return id, nil, false
	}
	for !p.end() {
		if !p.take(';') {
			return id, nil, false
		}
		if p.end() {
			break // a semicolon at the end is not in the grammar, and common
		}
		r, ok := p.result()
		if !ok {
			return id, nil, false
		}
		if r.method != "" {
			results = append(results, r)
		}
	}
	return id, results, !p.failed
}

type authParser struct {
	rest   string
	failed bool
}

// result reads one, behind its semicolon. `none` is a result without a method.
func (p *authParser) result() (authResult, bool) {
	r := authResult{props: map[string]string{}}
	method := strings.ToLower(p.key())
	if method == "none" && (p.end() || p.peek() == ';') {
		return authResult{}, true
	}
	method, version, versioned := strings.Cut(method, "/")
	if method == "" || versioned && version != "1" || !p.take('=') {
		return r, false
	}
	r.method, r.result = method, strings.ToLower(p.value())
	for !p.end() && p.peek() != ';' {
		key := strings.ToLower(p.key())
		if key == "" || !p.take('=') {
			return r, false
		}
		if _, twice := r.props[key]; twice {
			return r, false
		}
		r.props[key] = p.value()
	}
	return r, r.result != "" && !p.failed
}

// blank passes over white space and comments, which nest.
func (p *authParser) blank() {
	depth := 0
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '\\' && depth > 0:
			i++
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0 && c != ' ' && c != '\t':
			p.rest = p.rest[i:]
			return
		}
	}
	p.failed = p.failed || depth > 0
	p.rest = ""
}

func (p *authParser) end() bool {
	p.blank()
	return p.rest == ""
}

func (p *authParser) peek() byte {
	if p.end() {
		return 0
	}
	return p.rest[0]
}

func (p *authParser) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// key is a word up to an equals sign: `dmarc`, `dmarc/1`, `header.from`. White space and comments may stand around its dot
// and slash.
func (p *authParser) key() string {
	var key strings.Builder
	for !p.end() {
		n := strings.IndexAny(p.rest, " \t;=()\"")
		if n < 0 {
			n = len(p.rest)
		}
		word := p.rest[:n]
		p.rest = p.rest[n:]
		key.WriteString(word)
		next := p.peek()
		joined := strings.HasSuffix(key.String(), ".") || strings.HasSuffix(key.String(), "/") || next == '.' || next == '/'
		if word == "" || !joined {
			break
		}
	}
	return key.String()
}

// value is a token or a quoted string, or an address made of them. Only here may an equals sign stand in a word.
func (p *authParser) value() string {
	p.blank()
	var value strings.Builder
	for p.rest != "" {
		switch c := p.rest[0]; c {
		case ' ', '\t', ';', '(', ')':
			return value.String()
		case '"':
			p.quoted(&value)
		default:
			value.WriteByte(c)
			p.rest = p.rest[1:]
		}
	}
	return value.String()
}

func (p *authParser) quoted(into *strings.Builder) {
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; c {
		case '"':
			p.rest = p.rest[i+1:]
			return
		case '\\':
			if i++; i < len(p.rest) {
				into.WriteByte(p.rest[i])
			}
		default:
			into.WriteByte(c)
		}
	}
	p.failed, p.rest = true, ""
}
