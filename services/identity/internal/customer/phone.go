package customer

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// Calling codes with a rule of their own below.
const (
	mexico    = 52
	argentina = 54
	brazil    = 55
)

// newPhone normalises a number with its country code to E.164. Numbers that are possible are accepted, not only valid ones:
// numbering plans change faster than tables, and a number that sends messages exists. Local ones ("555-0101") are not:
// they mean somebody else in every town.
//
// Three countries write one line in two ways, and WhatsApp's ids and SMS senders do not choose alike. The same line has the
// same Key, so that a customer is met again on the other channel:
//
//	Mexico     +52 1 55 1234 5678 -> +52 55 1234 5678. The 1 in front of mobiles is gone since 3 August 2019 (IFT, Plan
//	           Técnico Fundamental de Numeración); wa_ids made before keep it. No Mexican number has eleven digits otherwise.
//	Brazil     +55 47 8417 8525 -> +55 47 98417 8525. Mobiles have nine digits since 2016 (Anatel, Resolução 553/2010);
//	           wa_ids outside of area codes 11 to 28 lack the ninth. Old mobiles began with 6 to 9, landlines with 2 to 5.
//	           The trunked radio lines that kept eight digits from 7 on were switched off with their networks, so that
//	           nobody else is met by giving these a ninth.
//	Argentina  +54 9 11 2345 6789 and +54 11 2345 6789 have the key +541123456789. The 9 is dialled for mobiles from abroad
//	           and is no part of the number, which is unique without it (ENACOM, Plan Fundamental de Numeración
//	           Nacional); whether a number without it is a mobile cannot be told, so that the value stays as it was given.
//
// What libphonenumber knows of these plans bears this out (github.com/google/libphonenumber, metadata of 52, 54 and 55): no
// ten-digit landline of Brazil has a 6, 7, 8 or 9 behind its area code, and no number of Argentina has eleven digits and
// begins with 9. What WhatsApp sends: green-api.com/en/docs/faq, "sending and receiving messages from different countries".
func newPhone(value string) (Handle, error) {
	if !strings.HasPrefix(value, "+") || strings.ContainsFunc(value, unicode.IsLetter) {
		return Handle{}, ErrHandleInvalid
	}
	// A number may carry several trunk prefixes, of which each reading takes one off: what is kept is read again as itself.
	for range maxReadings {
		h, err := readPhone(value)
		if err != nil || h.Value == value {
			return h, err
		}
		value = h.Value
	}
	return Handle{}, ErrHandleInvalid
}

// maxReadings of a number; one that is written properly needs one, one written by people two.
const maxReadings = 4

func readPhone(value string) (Handle, error) {
	number, err := phonenumbers.Parse(value, phonenumbers.UNKNOWN_REGION)
	if err != nil || number.GetExtension() != "" {
		return Handle{}, ErrHandleInvalid
	}
	modernise(number)
	if phonenumbers.IsPossibleNumberWithReason(number) != phonenumbers.IS_POSSIBLE {
		return Handle{}, ErrHandleInvalid
	}
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	return Handle{Kind: Phone, Value: e164, Key: phoneKey(number, e164)}, nil
}

// modernise rewrites a number of an older plan as it is dialled today.
func modernise(number *phonenumbers.PhoneNumber) {
	national := strconv.FormatUint(number.GetNationalNumber(), 10)
	switch number.GetCountryCode() {
	case mexico:
		if len(national) == 11 && national[0] == '1' {
			national = national[1:]
		}
	case brazil:
		if len(national) == 10 && national[1] != '0' && national[2] >= '6' {
			national = national[:2] + "9" + national[2:]
		}
	default:
		return
	}
	rewritten, err := strconv.ParseUint(national, 10, 64)
	if err != nil {
		return
	}
	number.NationalNumber = &rewritten
}

func phoneKey(number *phonenumbers.PhoneNumber, e164 string) string {
	const mobile = "+549"
	if number.GetCountryCode() == argentina && len(e164) == len("+5491123456789") && strings.HasPrefix(e164, mobile) {
		return "+54" + e164[len(mobile):]
	}
	return e164
}
