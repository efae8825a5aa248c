import type { WhatWasSaid } from "../api/useTimeline";
import type { Turn } from "../gen/parley/assistant/v1/assistant_service_pb";
import { Notice } from "../ui/Notice";
import { DayBreak } from "./DayBreak";
import { Line } from "./Line";
import { NewestLine } from "./NewestLine";
import { useFollow } from "./useFollow";
import "./Timeline.css";

interface Props {
  customerName: string;
  said: WhatWasSaid;
  /** By the id of the message that the turn is about. */
  turns: ReadonlyMap<string, Turn>;
  /** Show why for every message, not only in short. */
  explain: boolean;
}

/** Everything said with one customer, on every channel, in one line. */
export function Timeline({ customerName, said, turns, explain }: Props) {
  const { messages, loaded, problem } = said;
  const follow = useFollow(messages.length);
  const byId = new Map(messages.map((message) => [message.id, message]));
  return (
    // A region that scrolls is reached by the keyboard.
    <div className="timeline" ref={follow} tabIndex={0} role="region" aria-label={`Timeline of ${customerName}`}>
      {messages.length === 0 && loaded && (
        <Notice title="Nothing was said yet">
          <p>What {customerName} writes, on any channel, appears here as it comes.</p>
        </Notice>
      )}
      {problem && <Notice problem>{problem}</Notice>}
      {messages.length === 0 && !loaded && !problem && <Notice>Reading the timeline …</Notice>}
      <ol className="timeline__lines">
        {messages.map((message, index) => {
          const before = messages[index - 1];
          const turn = turns.get(message.id);
          return [
            <DayBreak key={`day-${message.id}`} message={message} before={before} />,
            <Line
              key={message.id}
              message={message}
              cameFrom={before && before.channel !== message.channel ? before.channel : undefined}
              customerName={customerName}
              turn={turn}
              offer={turn && byId.get(turn.offerMessageId)}
              explain={explain}
            />,
          ];
        })}
      </ol>
      <NewestLine message={messages.at(-1)} customerName={customerName} loaded={loaded} />
    </div>
  );
}
