package skill

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Offer is what was proposed: a yes means this and nothing else. Its terms are ids and amounts from records.
type Offer struct {
	// Skill that carries it out, by its name.
	Skill string
	// Kind of the offer, for the skill.
	Kind string
	// Terms as the skill wants them back.
	Terms json.RawMessage
	// YesBy are intents that, right after the offer, are a yes to it: "dispute it" to the offer of a dispute.
	YesBy []string
	// Open says that the offer is a question to which yes and no are no answers: "Which one?"
	Open bool
	// Reminder repeats the offer in a sentence, when something else was said in between.
	Reminder string
}

// NewOffer of a kind, to be carried out by the named skill on these terms.
func NewOffer(skill, kind string, terms any) (*Offer, error) {
	raw, err := json.Marshal(terms)
	if err != nil {
		return nil, fmt.Errorf("write the terms of offer %s of %s: %w", kind, skill, err)
	}
	return &Offer{Skill: skill, Kind: kind, Terms: raw}, nil
}

// Read the terms back.
func (o *Offer) Read(terms any) error {
	if err := json.Unmarshal(o.Terms, terms); err != nil {
		return fmt.Errorf("read the terms of offer %s of %s: %w", o.Kind, o.Skill, err)
	}
	return nil
}

// Same says whether the other offer proposes the same thing.
func (o *Offer) Same(other *Offer) bool {
	return o != nil && other != nil && o.Skill == other.Skill && o.Kind == other.Kind && bytes.Equal(o.Terms, other.Terms)
}
