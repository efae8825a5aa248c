package seal

import (
	"container/list"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// cache holds the unwrapped keys used last, up to a size and an age.
type cache struct {
	size int
	age  time.Duration

	mu      sync.Mutex
	order   *list.List // of *entry, the one used last in front
	entries map[Subject]*list.Element
	dropped uint64
}

type entry struct {
	subject Subject
	key     tink.AEAD
	read    time.Time
}

func newCache(size int, age time.Duration) *cache {
	return &cache{size: size, age: age, order: list.New(), entries: map[Subject]*list.Element{}}
}

func (c *cache) get(s Subject, now time.Time) (tink.AEAD, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.entries[s]
	if !ok {
		return nil, false
	}
	e := at.Value.(*entry)
	if now.Sub(e.read) >= c.age {
		c.remove(at)
		return nil, false
	}
	c.order.MoveToFront(at)
	return e.key, true
}

// generation changes with every drop.
func (c *cache) generation() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dropped
}

// put keeps a key read from the store since the generation, unless any key was dropped meanwhile.
func (c *cache) put(s Subject, key tink.AEAD, now time.Time, generation uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if generation != c.dropped {
		return
	}
	if at, ok := c.entries[s]; ok {
		c.remove(at)
	}
	c.entries[s] = c.order.PushFront(&entry{subject: s, key: key, read: now})
	if c.order.Len() > c.size {
		c.remove(c.order.Back())
	}
}

func (c *cache) drop(s Subject) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped++
	if at, ok := c.entries[s]; ok {
		c.remove(at)
	}
}

func (c *cache) remove(at *list.Element) {
	c.order.Remove(at)
	delete(c.entries, at.Value.(*entry).subject)
}
