import { createContext, useContext, useEffect, useMemo, useRef, type ReactNode } from "react";
import { Bell, type Listener } from "./bell";
import { reportHealth } from "./health";
import { useSession } from "./session";
import { useVisible } from "./useVisible";

const BellContext = createContext<Bell | null>(null);

/** Rings while the page is seen. A page in the background leaves its connection to others, and catches up when it comes back. */
export function BellProvider({ children }: { children: ReactNode }) {
  const { transport } = useSession();
  const bell = useMemo(() => new Bell(transport), [transport]);
  const visible = useVisible();
  useEffect(() => {
    if (!visible) return;
    const stop = new AbortController();
    void bell.run((health) => !stop.signal.aborted && reportHealth("bell", health), stop.signal);
    return () => {
      stop.abort();
      reportHealth("bell", undefined);
    };
  }, [bell, visible]);
  return <BellContext value={bell}>{children}</BellContext>;
}

/** Calls the listener, as it is then, whenever the bell rings. */
export function useBell(listener: Listener): void {
  const bell = useContext(BellContext);
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => bell?.listen((changed) => current.current(changed)), [bell]);
}
