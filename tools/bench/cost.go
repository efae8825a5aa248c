package bench

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// cost of turns, to the platform.
type cost struct {
	turns   int
	cpu     time.Duration
	mallocs float64
	written float64 // bytes that left for the disk
	commits float64 // each with its fsync
}

// costOf what the customers do meanwhile. Every turn of theirs counts, also one that ends after its time.
func (r *run) costOf(customers []*customer, meanwhile func() error) (cost, error) {
	before, err := r.up.spent(customers)
	if err != nil {
		return cost{}, err
	}
	if err := meanwhile(); err != nil {
		return cost{}, err
	}
	after, err := r.up.spent(customers)
	return after.plus(before, -1), err
}

// plus another cost, so many times.
func (c cost) plus(other cost, times int) cost {
	f := float64(times)
	return cost{
		c.turns + times*other.turns, c.cpu + time.Duration(times)*other.cpu,
		c.mallocs + f*other.mallocs, c.written + f*other.written, c.commits + f*other.commits,
	}
}

// cpuPerTurn in milliseconds.
func (c cost) cpuPerTurn() float64 {
	return float64(c.cpu) / float64(time.Millisecond) / float64(c.turns)
}

// perTurn adds what a turn costs.
func (c cost) perTurn(r Result) Result {
	n := float64(c.turns)
	return r.with("ms CPU/turn", c.cpuPerTurn()).with("allocations/turn", c.mallocs/n).
		with("fsyncs/turn", c.commits/n).with("kB to disk/turn", c.written/1000/n)
}

// spent is what the platform used since it runs, and how often the customers wrote.
func (p *platform) spent(customers []*customer) (cost, error) {
	var c cost
	for _, one := range customers {
		c.turns += one.turns
	}
	var err error
	if c.cpu, err = p.cpu(); err != nil {
		return c, err
	}
	io, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", p.command.Process.Pid))
	if err != nil {
		return c, err
	}
	_, written, _ := strings.Cut(string(io), "\nwrite_bytes: ")
	written, _, _ = strings.Cut(written, "\n")
	c.written, _ = strconv.ParseFloat(written, 64)
	metrics, err := p.metrics()
	c.mallocs, c.commits = sum(metrics, mallocs), sum(metrics, commits)
	return c, err
}

// clockTick of /proc/pid/stat: USER_HZ is 100 on every Linux.
const clockTick = 10 * time.Millisecond

// cpu is the processor time that the process has used so far.
func (p *platform) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	user, _ := strconv.Atoi(fields[11]) // utime and stime: proc_pid_stat(5), counted from the state
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * clockTick, nil
}

var (
	mallocs = regexp.MustCompile(`(?m)^go_memstats_mallocs_total (\S+)$`)
	commits = regexp.MustCompile(`(?m)^parley_store_commits_total\{[^}]*\} (\S+)$`)
)

func (p *platform) metrics() (string, error) {
	response, err := http.Get("http://" + p.api + "/metrics") //nolint:noctx // loopback
	if err != nil {
		return "", fmt.Errorf("read the metrics: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

func sum(metrics string, of *regexp.Regexp) (total float64) {
	for _, match := range of.FindAllStringSubmatch(metrics, -1) {
		value, _ := strconv.ParseFloat(match[1], 64)
		total += value
	}
	return total
}
