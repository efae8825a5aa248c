// Package e2e drives the built binary over its real ports: the story, the doors, and what happens when the process is
// killed. Its harness signs webhooks in a few lines of its own and speaks to the API as a partner would, in JSON.
package e2e
