import type { PhoneMessage } from "../api/sandbox";
import { useFollow } from "../timeline/useFollow";

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

interface Props {
  messages: readonly PhoneMessage[];
  problem: string | undefined;
  address: string;
  /** Who answers. */
  company: string;
}

/** What was written and received in one app. */
export function PhoneThread({ messages, problem, address, company }: Props) {
  const follow = useFollow(messages.length);
  return (
    <div className="phone__thread" ref={follow} tabIndex={0} role="region" aria-label={`Messages of ${address}`}>
      <ol>
        {problem && <li className="phone__note problem">{problem}</li>}
        {!problem && messages.length === 0 && <li className="phone__note">{company} has not heard from {address} here yet.</li>}
        {messages.map((message) => (
          <li key={message.id} className={message.mine ? "bubble bubble--mine" : "bubble"}>
            <span className="sr-only">{message.mine ? "You: " : `${company}: `}</span>
            {message.text}
            <time dateTime={message.time}>{clock.format(new Date(message.time))}</time>
          </li>
        ))}
      </ol>
    </div>
  );
}
