package webchat

import (
	"testing"
	"time"
)

// TestWhoHasALine tells short stories of a visitor who is written to.
func TestWhoHasALine(t *testing.T) {
	const message = "message_1"
	type story struct {
		*presence
		clock *hand
	}
	open := func(s story) *seat { return s.sit([]string{aVisitor}, "192.0.2.1") }
	write := func(s story, at *seat) { s.offer(message); s.wrote(at, message) }
	for _, c := range []struct {
		name string
		tell func(s story)
		want answer
	}{
		{"nobody was there yet", func(story) {}, away},
		{"nobody came in time", func(s story) { s.ask(aVisitor, message); s.clock.turn(10 * time.Second) }, gone},
		{"it was just written to a stream", func(s story) { write(s, open(s)) }, away},
		{"the network does not take it", func(s story) { open(s); s.offer(message); s.clock.turn(settle) }, away},
		{"the network does not take it in time", func(s story) { open(s); s.offer(message); s.clock.turn(10 * time.Second) }, gone},
		{"the stream lasts", func(s story) { write(s, open(s)); s.clock.turn(settle) }, taken},
		{"the stream broke at once", func(s story) {
			seat := open(s)
			write(s, seat)
			s.leave(seat)
			s.clock.turn(9 * time.Second)
		}, away},
		{"the stream broke at once, and nobody came back", func(s story) {
			seat := open(s)
			write(s, seat)
			s.leave(seat)
			s.ask(aVisitor, message)
			s.clock.turn(10 * time.Second)
		}, gone},
		{"the stream broke at once, and the visitor had it all the same", func(s story) {
			seat := open(s)
			write(s, seat)
			s.leave(seat)
			s.clock.turn(9 * time.Second)
			s.prove(message)
		}, taken},
		{"a second stream has it, too, and lasts", func(s story) {
			first := open(s)
			write(s, first)
			s.leave(first)
			write(s, open(s))
			s.clock.turn(settle)
		}, taken},
		{"the visitor comes back in time", func(s story) {
			s.ask(aVisitor, message)
			s.clock.turn(9 * time.Second)
			write(s, open(s))
			s.clock.turn(settle)
		}, taken},
		{"the visitor comes back too late", func(s story) {
			s.ask(aVisitor, message)
			s.clock.turn(10 * time.Second)
			s.ask(aVisitor, message)
			if s.offer(message) {
				t.Error("the line is shown although it is sent elsewhere")
			}
		}, gone},
		{"another line is given up, and nobody came since", func(s story) {
			s.ask(aVisitor, "message_0")
			s.clock.turn(10 * time.Second)
			s.ask(aVisitor, "message_0")
		}, gone},
		{"the visitor left long ago", func(s story) { s.leave(open(s)); s.clock.turn(10 * time.Second) }, gone},
		{"the visitor left just now", func(s story) { s.leave(open(s)); s.clock.turn(9 * time.Second) }, away},
		{"another line is given up, and the visitor says something", func(s story) {
			s.ask(aVisitor, "message_0")
			s.clock.turn(10 * time.Second)
			s.expect(aVisitor)
		}, away},
		{"another line is given up, and the visitor is back", func(s story) {
			s.ask(aVisitor, "message_0")
			s.clock.turn(10 * time.Second)
			open(s)
		}, away},
		{"another visitor's stream is open", func(s story) {
			s.sit([]string{another}, "192.0.2.1")
			s.ask(aVisitor, message)
			s.clock.turn(10 * time.Second)
		}, gone},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := &hand{at: noon}
			p := newPresence(clock.now, 10*time.Second)
			c.tell(story{p, clock})
			if got, wait := p.ask(aVisitor, message); got != c.want || got == away && wait <= 0 {
				t.Errorf("answered %d, again in %v, want %d", got, wait, c.want)
			}
		})
	}
}

func TestALineIsNotRememberedForEver(t *testing.T) {
	clock := &hand{at: noon}
	p := newPresence(clock.now, 10*time.Second)
	p.ask(aVisitor, "message_1")
	clock.turn(2*keepLine + time.Second)
	p.ask(aVisitor, "message_2")
	if len(p.lines) != 1 {
		t.Errorf("%d lines are remembered", len(p.lines))
	}
}

func TestAStreamIsWokenByWhatConcernsIt(t *testing.T) {
	clock := &hand{at: noon}
	p := newPresence(clock.now, 10*time.Second)
	mine, other := p.sit([]string{aVisitor}, "192.0.2.1"), p.sit([]string{another}, "192.0.2.1")
	p.ask(aVisitor, "message_1")
	if len(mine.wake) != 1 || len(other.wake) != 0 {
		t.Error("a line woke another visitor's stream, or not its own")
	}
	p.expect(another)
	if p.eager(mine) || !p.eager(other) || len(other.wake) != 1 {
		t.Error("what a visitor says is expected by another's stream, or not by its own")
	}
}
