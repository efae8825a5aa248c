package typeid_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
)

// The vectors are those of the specification's valid.yml.
func TestFromFollowsTheSpecification(t *testing.T) {
	for id, want := range map[string]string{
		"00000000-0000-0000-0000-000000000000": "prefix_00000000000000000000000000",
		"00000000-0000-0000-0000-000000000001": "prefix_00000000000000000000000001",
		"00000000-0000-0000-0000-000000000020": "prefix_00000000000000000000000010",
		"ffffffff-ffff-ffff-ffff-ffffffffffff": "prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz",
		"0110c853-1d09-52d8-d73e-1194e95b5f19": "prefix_0123456789abcdefghjkmnpqrs",
		"01890a5d-ac96-774b-bcce-b302099a8057": "prefix_01h455vb4pex5vsknk084sn02q",
	} {
		if got := typeid.From("prefix", uuid.MustParse(id)); got != want {
			t.Errorf("From(%s) = %s, want %s", id, got, want)
		}
	}
}

func TestCheckNamesTheField(t *testing.T) {
	for name, id := range map[string]string{
		"empty":          "",
		"another kind":   typeid.New("invoice"),
		"a phone number": "+12125550101",
		"too short":      "customer_01h455vb4pex5vsknk084sn02",
		"capitals":       "customer_01H455VB4PEX5VSKNK084SN02Q",
		"over 128 bits":  "customer_8zzzzzzzzzzzzzzzzzzzzzzzzz",
	} {
		t.Run(name, func(t *testing.T) {
			err := typeid.Check("customer_id", "customer", id)
			if got := fault.Info(err).GetMetadata()["field"]; got != "customer_id" {
				t.Errorf("Check(%q) = %v, want an error that names customer_id", id, err)
			}
		})
	}
	if err := typeid.Check("customer_id", "customer", typeid.New("customer")); err != nil {
		t.Errorf("a fresh id is refused: %v", err)
	}
}

func TestCheckOptionalMayBeLeftOut(t *testing.T) {
	if err := typeid.CheckOptional("customer_id", "customer", ""); err != nil {
		t.Errorf("no id is refused: %v", err)
	}
	if err := typeid.CheckOptional("customer_id", "customer", typeid.New("invoice")); err == nil {
		t.Error("an id of another kind is taken")
	}
}
