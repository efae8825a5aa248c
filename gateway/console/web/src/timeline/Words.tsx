import { words } from "../api/format";
import { ContentKind, type Message } from "../gen/parley/context/v1/message_pb";

/** What a message says, or why there is nothing to read. */
export function Words({ message }: { message: Message }) {
  if (message.deleteTime) return <p className="words words--none">Deleted by the customer.</p>;
  const { content } = message;
  const subject = content?.thread?.subject;
  const kind = content && content.kind !== ContentKind.TEXT ? words(content.vendorKind || ContentKind[content.kind]) : "";
  return (
    <div className="words">
      {subject && <p className="words__subject">{subject}</p>}
      {kind && <p className="words__kind">{kind}</p>}
      {message.text && <p>{message.text}</p>}
      {message.editTime && <p className="words__kind">edited</p>}
      {message.reaction?.emoji && <p className="words__reaction">{message.reaction.emoji}</p>}
    </div>
  );
}
