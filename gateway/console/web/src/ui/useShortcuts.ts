import { useEffect, useRef } from "react";

/** Keys and what they do: `?`, `j`, or two in a row: `g s`. */
export type Shortcuts = Record<string, (() => void) | undefined>;

/** How long the second key of two may take. */
const patience = 1_000;

/** Listens on the whole page, except while something is typed or a key of the browser's own is meant. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  current.current = shortcuts;
  useEffect(() => {
    let before = "";
    let at = 0;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const pair = event.timeStamp - at < patience ? `${before} ${event.key}` : "";
      const action = current.current[pair] ?? current.current[event.key];
      before = event.key;
      at = event.timeStamp;
      if (!action) return;
      event.preventDefault();
      before = "";
      action();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || !!target.closest("dialog"))
  );
}
