package search

import (
	"hash/fnv"
	"math"
	"slices"
)

// Letters in a row, as many as these, are compared: words are alike that differ in an ending, a typo or a prefix, which terms are
// not.
const (
	fewestLetters = 3
	mostLetters   = 5
)

// letterRooms is in how many rooms sequences of letters are counted. Two in one room are taken for the same: with some ten
// thousand sequences this is rare, and does little harm.
const letterRooms = 1 << 16

// letters are the sequences in the words of a text: their rooms, each once, in order. The ends of a word count as letters.
func letters(words []string) []uint32 {
	var all []uint32
	for _, word := range words {
		runes := []rune(" " + word + " ")
		for length := fewestLetters; length <= mostLetters; length++ {
			for at := 0; at+length <= len(runes); at++ {
				h := fnv.New32a()
				_, _ = h.Write([]byte(string(runes[at : at+length]))) // never fails
				all = append(all, h.Sum32()%letterRooms)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// letterCounts is how many wordings of an index have each sequence, and what that makes each weigh.
type letterCounts struct {
	rooms   []int32
	weights []float64 // the rarer a sequence, the more it says
	total   int
}

func newLetterCounts() letterCounts {
	return letterCounts{rooms: make([]int32, letterRooms), weights: make([]float64, letterRooms)}
}

// add the wordings so many times over: once, or minus once to take them away. Whoever is done with adding weighs.
func (c *letterCounts) add(wordings []wording, times int) {
	for _, w := range wordings {
		if w.letters == nil {
			continue
		}
		c.total += times
		for _, room := range w.letters {
			c.rooms[room] += int32(times)
		}
	}
}

func (c *letterCounts) weigh() {
	for room, count := range c.rooms {
		c.weights[room] = math.Log(1 + float64(c.total)/float64(max(1, count)))
	}
}

// spelt is the letters of a question, weighed.
type spelt struct {
	letters []uint32
	weights []float64 // by room
	length  float64
}

func (c *letterCounts) spell(letters []uint32) spelt {
	s := spelt{letters: letters, weights: make([]float64, letterRooms)}
	for _, room := range letters {
		w := c.weights[room]
		s.weights[room] = w
		s.length += w * w
	}
	s.length = math.Sqrt(s.length)
	return s
}

// strange is the share of the letters, by weight, that no wording has.
func (c *letterCounts) strange(s spelt) float64 {
	var strange, all float64
	for _, room := range s.letters {
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

// alike is the cosine of a question and a wording by their weighed letters.
func (c *letterCounts) alike(s spelt, letters []uint32) float64 {
	var shared, length float64
	for _, room := range letters {
		w := c.weights[room]
		length += w * w
		shared += w * s.weights[room]
	}
	if shared == 0 {
		return 0
	}
	return shared / (s.length * math.Sqrt(length))
}
