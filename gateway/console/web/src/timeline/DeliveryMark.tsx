import { words } from "../api/format";
import { DeliveryState, Direction, type Message } from "../gen/parley/context/v1/message_pb";

const marks: Record<DeliveryState, [mark: string, text: string]> = {
  [DeliveryState.UNSPECIFIED]: ["", ""],
  [DeliveryState.PENDING]: ["…", "Sending"],
  [DeliveryState.UNKNOWN]: ["?", "Not known whether it was sent"],
  [DeliveryState.SENT]: ["✓", "Sent"],
  [DeliveryState.DELIVERED]: ["✓✓", "Delivered"],
  [DeliveryState.READ]: ["✓✓", "Read"],
  [DeliveryState.FAILED]: ["✕", "Failed"],
};

/** How far one of our messages got. */
export function DeliveryMark({ message }: { message: Message }) {
  if (message.direction !== Direction.OUTBOUND || !message.delivery) return null;
  const { state, failureReason } = message.delivery;
  const [mark, text] = marks[state];
  if (!mark) return null;
  return (
    <span className={`delivery delivery--${DeliveryState[state].toLowerCase()}`} title={words(failureReason)}>
      <span aria-hidden="true">{mark}</span> {text}
      {failureReason && `: ${words(failureReason)}`}
    </span>
  );
}
