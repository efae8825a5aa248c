package outbox

// line is where events wait to be published, each behind those of its key. Keys are served in turn, so that one with
// thousands of events delays another by one event, not by thousands.
type line struct {
	keys    []string // that have events, whose turn it is first
	waiting map[string][]event
	size    int
}

func newLine() *line { return &line{waiting: map[string][]event{}} }

func (l *line) add(e event) {
	if !l.has(e.key) {
		l.keys = append(l.keys, e.key)
	}
	l.waiting[e.key] = append(l.waiting[e.key], e)
	l.size++
}

func (l *line) has(key string) bool { return len(l.waiting[key]) > 0 }

// next takes the first event of each key, of so many keys at most. A key that has more goes to the end of the line.
func (l *line) next(most int) []event {
	turn := l.keys[:min(most, len(l.keys))]
	l.keys = l.keys[len(turn):]
	events := make([]event, len(turn))
	for i, key := range turn {
		queue := l.waiting[key]
		events[i] = queue[0]
		queue[0] = event{}
		if len(queue) == 1 {
			delete(l.waiting, key)
			continue
		}
		l.waiting[key] = queue[1:]
		l.keys = append(l.keys, key)
	}
	l.size -= len(events)
	return events
}
