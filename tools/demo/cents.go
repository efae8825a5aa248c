package demo

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"google.golang.org/genproto/googleapis/type/money"
)

// Cents is an amount in minor units. In YAML it is written with two decimals and read as text: money is never a float.
type Cents int64

var centsFormat = regexp.MustCompile(`^-?\d{1,9}\.\d{2}$`)

// UnmarshalYAML reads `189.90` or `-15.00`.
func (c *Cents) UnmarshalYAML(node *yaml.Node) error {
	if !centsFormat.MatchString(node.Value) {
		return fmt.Errorf("line %d: %q is not an amount with two decimals", node.Line, node.Value)
	}
	n, err := strconv.ParseInt(strings.Replace(node.Value, ".", "", 1), 10, 64)
	*c = Cents(n)
	return err
}

// Money of a currency that has two decimals.
func (c Cents) Money(currency string) *money.Money {
	return &money.Money{CurrencyCode: currency, Units: int64(c) / 100, Nanos: int32(int64(c)%100) * 10_000_000}
}
