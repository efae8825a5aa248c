package search

import (
	"math"
	"slices"
	"sync/atomic"
	"unicode/utf8"
)

// Letters in a row, as many as these, are compared: words are alike that differ in an ending, a typo or a prefix, which terms are
// not.
const (
	fewestLetters = 3
	mostLetters   = 5
)

// letterRooms is in how many rooms sequences of letters are counted, as many as a room of 16 bits can tell apart. Two in one
// room are taken for the same: with some ten thousand sequences this is rare, and does little harm.
const letterRooms = 1 << 16

// FNV-1a of 32 bits, as package hash/fnv has it: written out, since its hashes are allocated, and a sequence here goes on
// from the hash of the shorter one.
const (
	fnvOffset = 2166136261
	fnvPrime  = 16777619
)

// letters are the sequences in the words of a text: their rooms, each once, in order. The ends of a word count as letters.
func letters(words []string) []uint16 {
	var all []uint16
	var padded []byte // the word between its ends
	var starts []int  // of its letters, and its end
	for _, word := range words {
		padded, starts = append(padded[:0], ' '), append(starts[:0], 0)
		for _, r := range word {
			starts = append(starts, len(padded))
			padded = utf8.AppendRune(padded, r)
		}
		starts = append(starts, len(padded), len(padded)+1)
		padded = append(padded, ' ')
		for at := 0; at+fewestLetters < len(starts); at++ {
			h := uint32(fnvOffset)
			for length := 1; length <= mostLetters && at+length < len(starts); length++ {
				for _, b := range padded[starts[at+length-1]:starts[at+length]] {
					h = (h ^ uint32(b)) * fnvPrime
				}
				if length >= fewestLetters {
					all = append(all, uint16(h%letterRooms))
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// spelling is how the title and the questions of an article are spelt: for each sequence of letters, in which of them it
// stands. A question is compared with all of them in one pass over the sequences, of which they share most.
type spelling struct {
	wordings int
	rooms    []uint16 // of the sequences, each once, in order
	counts   []uint16 // how many wordings have the sequence of each room
	in       []uint16 // which these are, room after room

	lengths atomic.Pointer[lengths]
}

// lengths of the wordings by their weighed letters. They depend on all articles of the index, and so hold until one of these
// changes; they are taken when the article is first compared after that.
type lengths struct {
	weighed int // how often the index had been weighed
	of      []float64
}

// newSpelling of wordings, whose letters these are.
func newSpelling(wordings [][]uint16) *spelling {
	var all []uint32 // a room, and behind it a wording
	for n, letters := range wordings {
		for _, room := range letters {
			all = append(all, uint32(room)<<16|uint32(n))
		}
	}
	slices.Sort(all)
	s := &spelling{wordings: len(wordings), in: make([]uint16, len(all))}
	for at, pair := range all {
		room := uint16(pair >> 16)
		if last := len(s.rooms) - 1; last >= 0 && s.rooms[last] == room {
			s.counts[last]++
		} else {
			s.rooms, s.counts = append(s.rooms, room), append(s.counts, 1)
		}
		s.in[at] = uint16(pair)
	}
	s.rooms, s.counts = slices.Clip(s.rooms), slices.Clip(s.counts)
	return s
}

// letterCounts is how many wordings of an index have each sequence, and what that makes each weigh.
type letterCounts struct {
	rooms   []int32
	weights []float64 // the rarer a sequence, the more it says
	total   int
	weighed int // how often
}

func newLetterCounts() letterCounts {
	return letterCounts{rooms: make([]int32, letterRooms), weights: make([]float64, letterRooms)}
}

// add the wordings so many times over: once, or minus once to take them away. Whoever is done with adding weighs.
func (c *letterCounts) add(s *spelling, times int) {
	c.total += times * s.wordings
	for at, room := range s.rooms {
		c.rooms[room] += int32(times) * int32(s.counts[at])
	}
}

func (c *letterCounts) weigh() {
	c.weighed++
	for room, count := range c.rooms {
		c.weights[room] = math.Log(1 + float64(c.total)/float64(max(1, count)))
	}
}

// spelt is the letters of a question.
type spelt struct {
	rooms  []uint16
	has    [letterRooms / 64]uint64 // the same, a bit for each room
	length float64                  // by their weights
}

func (c *letterCounts) spell(letters []uint16) spelt {
	s := spelt{rooms: letters}
	for _, room := range letters {
		s.has[room/64] |= 1 << (room % 64)
		s.length += c.weights[room] * c.weights[room]
	}
	s.length = math.Sqrt(s.length)
	return s
}

// strange is the share of the letters, by weight, that no wording has.
func (c *letterCounts) strange(s *spelt) float64 {
	var strange, all float64
	for _, room := range s.rooms {
		all += c.weights[room]
		if c.rooms[room] == 0 {
			strange += c.weights[room]
		}
	}
	if all == 0 {
		return 0
	}
	return strange / all
}

// alike is the cosine of a question and each of the wordings by their weighed letters. It is put into the slice, which may be
// nil.
func (c *letterCounts) alike(q *spelt, s *spelling, into []float64) []float64 {
	shared := slices.Grow(into[:0], s.wordings)[:s.wordings]
	clear(shared)
	from := 0
	for at, room := range s.rooms {
		to := from + int(s.counts[at])
		if q.has[room/64]>>(room%64)&1 != 0 {
			square := c.weights[room] * c.weights[room]
			for _, wording := range s.in[from:to] {
				shared[wording] += square
			}
		}
		from = to
	}
	for wording, length := range c.lengths(s) {
		if shared[wording] != 0 {
			shared[wording] /= q.length * length
		}
	}
	return shared
}

func (c *letterCounts) lengths(s *spelling) []float64 {
	if known := s.lengths.Load(); known != nil && known.weighed == c.weighed {
		return known.of
	}
	l := &lengths{weighed: c.weighed, of: make([]float64, s.wordings)}
	from := 0
	for at, room := range s.rooms {
		to := from + int(s.counts[at])
		for _, wording := range s.in[from:to] {
			l.of[wording] += c.weights[room] * c.weights[room]
		}
		from = to
	}
	for wording, square := range l.of {
		l.of[wording] = math.Sqrt(square)
	}
	s.lengths.Store(l)
	return l.of
}
