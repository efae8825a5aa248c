import type { ButtonHTMLAttributes, ReactNode } from "react";
import "./Button.css";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "primary" | "quiet" | "plain" | "danger";
  /** The key that does the same, shown on the button. */
  shortcut?: string;
  children: ReactNode;
}

export function Button({ kind = "plain", shortcut, children, type = "button", className = "", ...rest }: Props) {
  return (
    <button type={type} className={`button button--${kind} ${className}`} aria-keyshortcuts={shortcut} {...rest}>
      {children}
      {shortcut && <kbd aria-hidden="true">{shortcut}</kbd>}
    </button>
  );
}
