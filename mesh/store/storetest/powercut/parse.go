package powercut

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// call is a line of strace: `name(argument, ...) = result`. All strings in it are hexadecimal, so that commas, quotes
// and brackets are always strace's own.
type call struct {
	Call
	args   []string
	result int64
	opened string // path of the descriptor that is the result
}

func parse(line string) (call, error) {
	name, rest, isCall := strings.Cut(line, "(")
	if !isCall || strings.HasPrefix(line, "+++") || strings.HasPrefix(line, "---") {
		return call{}, nil // an exit, a signal
	}
	c := call{Call: Call{Name: name}, result: -1}
	if end := strings.LastIndex(rest, " = "); end >= 0 {
		result := rest[end+len(" = "):]
		rest = rest[:end]
		result, _, _ = strings.Cut(result, " ")
		number, path, _ := strings.Cut(result, "<")
		if value, err := strconv.ParseInt(number, 0, 64); err == nil {
			c.result = value
		}
		opened, err := unhex(strings.TrimSuffix(path, ">"))
		if err != nil {
			return call{}, err
		}
		c.opened = opened
	}
	c.args = strings.Split(strings.TrimRight(rest, " )"), ", ")
	return c.decode()
}

// decode finds the file and the data among the arguments.
func (c call) decode() (call, error) {
	if _, path, ok := strings.Cut(c.args[0], "<"); ok {
		path, _, _ = strings.Cut(path, ">")
		decoded, err := unhex(path)
		if err != nil {
			return call{}, err
		}
		c.Path = decoded
	}
	if (c.Name == "write" || c.Name == "pwrite64") && len(c.args) > 1 {
		data, err := c.text(1)
		if err != nil {
			return call{}, err
		}
		c.Data = []byte(data)
		if c.result > int64(len(data)) {
			return call{}, fmt.Errorf("a %s of %d bytes took %d", c.Name, len(data), c.result)
		}
	}
	return c, nil
}

// text is a string argument.
func (c call) text(i int) (string, error) {
	if i >= len(c.args) {
		return "", fmt.Errorf("%s has %d arguments", c.Name, len(c.args))
	}
	if strings.HasSuffix(c.args[i], "...") {
		return "", fmt.Errorf("the data of a %s is cut short", c.Name)
	}
	return unhex(strings.Trim(c.args[i], `"`))
}

// number is an argument that is one.
func (c call) number(i int) (int64, error) {
	if i >= len(c.args) {
		return 0, fmt.Errorf("%s has %d arguments", c.Name, len(c.args))
	}
	return strconv.ParseInt(c.args[i], 0, 64)
}

// unhex reads `\x41\x42`.
func unhex(s string) (string, error) {
	plain, err := hex.DecodeString(strings.ReplaceAll(s, `\x`, ""))
	if err != nil {
		return "", fmt.Errorf("not hexadecimal: %.40q", s)
	}
	return string(plain), nil
}
