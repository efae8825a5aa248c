import { useContext } from "react";
import { formatDay } from "../api/format";
import type { HandoffLine } from "../gen/parley/context/v1/handoff_pb";
import { Citing } from "../timeline/Citing";

/** One part of a hand-off. Nothing is shown of a part that is empty. */
export function HandoffLines({ title, lines }: { title: string; lines: readonly HandoffLine[] }) {
  const cite = useContext(Citing);
  if (lines.length === 0) return null;
  return (
    <div>
      <h4>{title}</h4>
      <ul>
        {lines.map((line, index) => (
          <li key={index}>
            {line.text}
            {line.dueDate && <strong> by {formatDay(line.dueDate, { weekday: "short" })}</strong>}
            {line.messageId && (
              <button type="button" className="cite" onClick={() => cite(line.messageId)}>
                show<span className="sr-only"> the message that says: {line.text}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
