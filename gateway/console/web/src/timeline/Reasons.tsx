import { words } from "../api/format";
import type { Turn } from "../gen/parley/assistant/v1/assistant_service_pb";
import { CallList } from "./CallList";

/** How likely another intent must have been to be told of, from 0 to 1. */
const worthTelling = 0.01;

/** All that is known of how one message came to its answer. */
export function Reasons({ turn }: { turn: Turn }) {
  const { understanding } = turn;
  const others = understanding?.alternatives.filter((other) => other.score >= worthTelling).slice(0, 3) ?? [];
  return (
    <dl className="reasons">
      {understanding?.wishes.map((wish) => (
        <Row key={wish.intent} title={<code>{wish.intent}</code>}>
          “{wish.text}”{wish.evidence.length > 0 && <> because of {wish.evidence.slice(0, 5).map(quoted)}</>}
        </Row>
      ))}
      {understanding?.heldWishes.map((held) => (
        <Row key={held.intent + held.words} title="Held back">
          <code>{held.intent}</code>: {held.reason} (“{held.words}”)
        </Row>
      ))}
      {others.length > 0 && (
        <Row title="Also thought of">
          {others.map((other) => (
            <span key={other.intent} className="reasons__other">
              <code>{other.intent}</code> {Math.round(other.score * 100)}%
            </span>
          ))}
        </Row>
      )}
      {turn.steps.map((step, index) => (
        <Row key={index} title="Answered by">
          <strong>{step.skill}</strong>
          {step.intent.startsWith("parley.") && <> ({words(step.intent.slice("parley.".length))})</>}
          <CallList calls={step.calls} />
        </Row>
      ))}
      {!turn.replyId && <Row title="Answer">None was posted: a person took over meanwhile.</Row>}
    </dl>
  );
}

function Row({ title, children }: { title: React.ReactNode; children: React.ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function quoted(evidence: string) {
  return (
    <mark key={evidence} className="reasons__evidence">
      {evidence}
    </mark>
  );
}
