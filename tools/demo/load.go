package demo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"go.yaml.in/yaml/v3"
)

const (
	customersFile = "customers.yaml"
	plansFile     = "plans.yaml"
	invoicesFile  = "invoices.yaml"
	staffFile     = "staff.yaml"
)

// Load reads and checks the company in a folder. Errors name the file, and the line or the item.
func Load(folder fs.FS) (*Company, error) {
	var c Company
	var customers struct {
		Customers []Customer `yaml:"customers"`
	}
	var plans struct {
		Products []Product `yaml:"products"`
		Plans    []Plan    `yaml:"plans"`
	}
	err := errors.Join(
		decode(folder, customersFile, &customers),
		decode(folder, plansFile, &plans),
		decode(folder, invoicesFile, &c.Billing),
		decode(folder, staffFile, &c.Staff),
	)
	if err != nil {
		return nil, err
	}
	c.Customers, c.Products, c.Plans = customers.Customers, plans.Products, plans.Plans
	if c.Location, err = time.LoadLocation(c.Billing.TimeZone); err != nil {
		return nil, fmt.Errorf("%s: time_zone: %w", invoicesFile, err)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return &c, nil
}

// decode refuses keys that mean nothing, and anything after the one document.
func decode(folder fs.FS, name string, into any) error {
	content, err := fs.ReadFile(folder, name)
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: more than one document", name)
	}
	return nil
}
