import { daysUntil, formatDay, toDate } from "../api/format";
import { useSession } from "../api/session";
import type { Dispute } from "../gen/parley/billing/v1/dispute_pb";
import "./DecisionClock.css";

/** How much of the time for a decision is left. The day is the company's own. */
export function DecisionClock({ dispute }: { dispute: Dispute }) {
  const { tenant } = useSession();
  const due = dispute.decisionDueDate;
  const opened = toDate(dispute.createTime);
  if (!due || !opened) return null;
  const left = daysUntil(due, tenant.timeZone);
  const whole = daysUntil(due, tenant.timeZone, opened);
  const passed = whole > 0 ? Math.min(1, Math.max(0, 1 - left / whole)) : 1;
  return (
    <div className="clock" data-late={left < 0 || undefined}>
      <p>
        Decision due {formatDay(due, { weekday: "short" })} <span className="muted">· {remaining(left)}</span>
      </p>
      <progress value={passed} max={1} aria-label="Time for the decision that has passed" />
    </div>
  );
}

function remaining(days: number): string {
  if (days < 0) return "late";
  return days === 0 ? "today" : days === 1 ? "1 day left" : `${days} days left`;
}
