import { useSyncExternalStore } from "react";
import type { Health } from "./mend";

// What the streams report, each under a name of its own; the header shows the worst.
const reports = new Map<string, Health>();
const listeners = new Set<() => void>();

export function reportHealth(stream: string, health: Health | undefined): void {
  if (health) reports.set(stream, health);
  else reports.delete(stream);
  for (const listener of listeners) listener();
}

function worst(): Health | "idle" {
  const all = [...reports.values()];
  if (all.length === 0) return "idle";
  return all.includes("broken") ? "broken" : all.includes("connecting") ? "connecting" : "live";
}

export function useHealth(): Health | "idle" {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    worst,
  );
}
