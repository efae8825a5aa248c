// Package console is the web app of agents and of whoever shows Parley: a React app (web/) that is built into dist/, which is
// committed and embedded. It calls the public API alone, as any partner could, with the key that is typed into its sign-in form;
// only the Stage's phone speaks to the sandbox, where there is one.
//
//	console.go  serves dist/: what is cached how, and what a page may do
//	web/        the app; web/src/README.md shows the way through it
//	dist/       what `make console` built. `make check` builds it anew and compares
package console
