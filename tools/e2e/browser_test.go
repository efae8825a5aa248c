package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	browserpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience with what a page is to show.
const patience = 20 * time.Second

// lookAgain is how often it is looked at. By itself chromedp looks at every frame, and so has the browser draw frames all the time.
const lookAgain = 50 * time.Millisecond

// chromium finds the browser. There is no test of the console without one.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium was found: `make parts` installs it (Debian: apt-get install chromium)")
	return ""
}

// page is the console in a window, as one person has it before them.
type page struct {
	t   testing.TB
	ctx context.Context
	url string
}

// look is how the page is looked at.
type look struct {
	width, height int64
	dark          bool
}

var desk = look{width: 1440, height: 900}

// browse starts a browser and opens the console of `up` in it.
func browse(t testing.TB, api string, how look) *page {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox,
		chromedp.Flag("lang", "en-US"), chromedp.Env("TZ=America/New_York", "LANGUAGE=en_US"))
	browser, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	return open(t, browser, "http://"+api, how)
}

// beside opens the console in one more window of the same browser, for somebody else.
func (p *page) beside() *page {
	p.t.Helper()
	var window target.ID
	p.do("open a window", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		window, err = target.CreateTarget("about:blank").WithNewWindow(true).
			Do(cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser))
		return err
	}))
	return open(p.t, p.ctx, p.url, desk, chromedp.WithTargetID(window))
}

// open a page, and note what it complains of: a test fails when it does.
func open(t testing.TB, browser context.Context, url string, how look, where ...chromedp.ContextOption) *page {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser, where...)
	t.Cleanup(closeTab)
	p := &page{t: t, ctx: ctx, url: url}
	chromedp.ListenTarget(ctx, func(event any) {
		if thrown, ok := event.(*runtime.EventExceptionThrown); ok {
			t.Errorf("the page threw: %s", thrown.ExceptionDetails.Exception.Description)
		}
	})
	if err := chromedp.Run(ctx); err != nil { // the page lives as long as the context of its first run
		t.Fatalf("start Chromium: %v", err)
	}
	p.do("open the console", chromedp.EmulateViewport(how.width, how.height), colours(how.dark), chromedp.Navigate(p.url))
	return p
}

func colours(dark bool) chromedp.Action {
	scheme := map[bool]string{false: "light", true: "dark"}[dark]
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	})
}

// do runs actions; the test ends when they fail.
func (p *page) do(what string, actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.shoot("failed")
		p.t.Fatalf("%s: %v\n%s", what, err, p.text())
	}
}

// text is what stands on the page.
func (p *page) text() string {
	var text string
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, chromedp.Evaluate(`document.body.innerText`, &text)); err != nil {
		return err.Error()
	}
	return text
}

// signIn types the key, as a person does.
func (p *page) signIn(key string) {
	p.t.Helper()
	p.do("sign in", chromedp.SendKeys(`#key`, key+"\r", chromedp.ByQuery), chromedp.WaitVisible(`.frame`, chromedp.ByQuery))
}

// click the button whose name begins so.
func (p *page) click(name string) {
	p.t.Helper()
	xpath := fmt.Sprintf(`//button[not(@disabled)][starts-with(normalize-space(.), %[1]q) or @aria-label=%[1]q]`, name)
	p.do("click "+name, chromedp.Click(xpath, chromedp.BySearch, chromedp.NodeVisible))
}

// write into the field of the label, and send it by the keys.
func (p *page) write(label, text, keys string) {
	p.t.Helper()
	field := fmt.Sprintf(`//textarea[@aria-label=%[1]q or @id=//label[starts-with(normalize-space(.), %[1]q)]/@for]`, label)
	p.do("write into "+label, chromedp.SendKeys(field, text+keys, chromedp.BySearch, chromedp.NodeVisible))
}

// press keys, as on a keyboard.
func (p *page) press(keys string) {
	p.t.Helper()
	p.do("press "+keys, chromedp.KeyEvent(keys))
}

// sees waits until the element has all of the texts.
func (p *page) sees(selector string, texts ...string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%s shows %q", selector, texts), fmt.Sprintf(
		`%s.every(text => [...document.querySelectorAll(%q)].some(e => e.innerText.includes(text)))`, quoteAll(texts), selector))
}

// until waits for an expression to be true.
func (p *page) until(what, expression string) {
	p.t.Helper()
	p.do(what, chromedp.Poll(expression, nil, chromedp.WithPollingInterval(lookAgain), chromedp.WithPollingTimeout(patience)))
}

// evaluate reads from the page; a promise is waited for.
func evaluate[T any](p *page, expression string) T {
	p.t.Helper()
	var value T
	p.do("evaluate "+expression, chromedp.Evaluate(expression, &value,
		func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }))
	return value
}

func quoteAll(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = fmt.Sprintf("%q", text)
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

// quality of a picture, of 100: text stays sharp, and a page has less than 200 KB.
const quality = 85

// shoot takes a picture into the folder that PARLEY_SCREENSHOTS names; `make screenshots` sets it.
func (p *page) shoot(name string) {
	p.t.Helper()
	folder := os.Getenv("PARLEY_SCREENSHOTS")
	if folder == "" {
		return
	}
	var picture []byte
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	take := chromedp.ActionFunc(func(ctx context.Context) (err error) {
		picture, err = browserpage.CaptureScreenshot().WithFormat(browserpage.CaptureScreenshotFormatWebp).WithQuality(quality).Do(ctx)
		return err
	})
	if err := chromedp.Run(ctx, take); err != nil {
		p.t.Errorf("take the picture %s: %v", name, err)
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name+".webp"), picture, 0o644); err != nil {
		p.t.Error(err)
	}
}
