package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// known is how many customers the company of the measurements knows; each has a pay-per-view bundle on this month's bill,
// and ordinary ones before.
const known = 1000

// writeCompany makes a folder like the demo company's, from it, with these customers instead. It answers the path of its
// configuration.
func writeCompany(from, dir string) (string, error) {
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		return "", fmt.Errorf("copy the demo company: %w", err)
	}
	invoices, err := os.ReadFile(filepath.Join(dir, "invoices.yaml"))
	if err != nil {
		return "", fmt.Errorf("read the demo company's bills: %w", err)
	}
	ground, _, found := strings.Cut(string(invoices), "\nbills:\n")
	if !found {
		return "", fmt.Errorf("%s/invoices.yaml has no bills", from)
	}
	var customers, bills strings.Builder
	customers.WriteString("customers:\n")
	bills.WriteString(ground + "\nbills:\n")
	for i := range known {
		fmt.Fprintf(&customers, "  - {reference: AUR-%05d, name: Customer %d, phone: %q, email: customer%d@many.example, locale: en-US, plan: home-300}\n",
			10_000+i, i, knownPhone(i), i)
		fmt.Fprintf(&bills, "  - {customer: AUR-%05d, months: 4, exceptions: [{when: 0, product: ppv-bundle}]}\n", 10_000+i)
	}
	for name, text := range map[string]string{"customers.yaml": customers.String(), "invoices.yaml": bills.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return "", fmt.Errorf("write the company of the measurements: %w", err)
		}
	}
	return filepath.Join(dir, "parley.yaml"), nil
}

// Numbers are from the ranges that are set aside for fiction, as far as they go.
func knownPhone(i int) string   { return fmt.Sprintf("+1303555%04d", i) }
func unknownPhone(i int) string { return fmt.Sprintf("+1404555%04d", i%10_000) }
