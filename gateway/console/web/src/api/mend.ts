import { Code, ConnectError } from "@connectrpc/connect";

/** How a stream fares. */
export type Health = "connecting" | "live" | "broken";

const firstWait = 250;
const longestWait = 8_000;
/** A stream that says nothing is taken for live when it has not failed for so long. */
const settled = 1_000;

/**
 * Keeps a stream running until the signal: each time it ends it is opened again, after a wait that doubles and has jitter, or at
 * once when the browser says that the network is back. `open` is called anew each time, so that it can resume where it was.
 */
export async function mend(
  open: (signal: AbortSignal) => Promise<void>,
  report: (health: Health) => void,
  signal: AbortSignal,
): Promise<void> {
  let wait = firstWait;
  report("connecting");
  while (!signal.aborted) {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    signal.addEventListener("abort", stop);
    const live = setTimeout(() => {
      wait = firstWait;
      report("live");
    }, settled);
    try {
      await open(attempt.signal);
    } catch (error) {
      if (isFinal(error)) return;
    } finally {
      clearTimeout(live);
      attempt.abort(); // half of it may still run
      signal.removeEventListener("abort", stop);
    }
    if (signal.aborted) return;
    report("broken");
    await pause(wait * (0.5 + Math.random()), signal);
    wait = Math.min(wait * 2, longestWait);
  }
}

/** What will be the same however often it is tried. */
export function isFinal(error: unknown): boolean {
  const { code } = ConnectError.from(error);
  return code === Code.Unauthenticated || code === Code.PermissionDenied || code === Code.Unimplemented;
}

/** Resolves after the time, or when the network is back, or at the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
