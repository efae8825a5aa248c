import type { ReactNode } from "react";
import "./Notice.css";

/** What stands where there is nothing to show, or nothing can be. */
export function Notice({ title, children, problem }: { title?: string; children?: ReactNode; problem?: boolean }) {
  return (
    <div className={`notice ${problem ? "notice--problem" : ""}`} role={problem ? "alert" : undefined}>
      {title && <p className="notice__title">{title}</p>}
      {children && <div className="notice__text">{children}</div>}
    </div>
  );
}
