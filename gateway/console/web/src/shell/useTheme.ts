import { useCallback, useEffect, useState, useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const name = "parley.theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

/** The system's colours, until somebody chooses others. */
export function useTheme(): [Theme, () => void] {
  const systemTheme: Theme = useSyncExternalStore(
    (changed) => {
      system.addEventListener("change", changed);
      return () => system.removeEventListener("change", changed);
    },
    () => (system.matches ? "dark" : "light"),
  );
  const [chosen, setChosen] = useState<Theme | null>(() => read());
  const theme = chosen ?? systemTheme;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const toggle = useCallback(() => {
    const next = theme === "dark" ? "light" : "dark";
    localStorage.setItem(name, next);
    setChosen(next);
  }, [theme]);
  return [theme, toggle];
}

function read(): Theme | null {
  const kept = localStorage.getItem(name);
  return kept === "light" || kept === "dark" ? kept : null;
}
