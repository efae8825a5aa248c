import type { Turn } from "../gen/parley/assistant/v1/assistant_service_pb";
import type { Message } from "../gen/parley/context/v1/message_pb";
import { Icon } from "../ui/Icon";
import { OfferNote } from "./OfferNote";
import { Reasons } from "./Reasons";
import "./Why.css";

interface Props {
  turn: Turn;
  offer: Message | undefined;
  explain: boolean;
}

/** What the assistant understood, in a line; opened, why it did what it did. */
export function Why({ turn, offer, explain }: Props) {
  const { understanding } = turn;
  const intents = understanding?.wishes.map((wish) => wish.intent) ?? [];
  return (
    <details className="why" open={explain || undefined}>
      <summary>
        <Icon name="spark" size={14} />
        <span className="why__understood">
          {intents.length === 0 ? "Nothing recognised" : "Understood"}
          {intents.map((intent) => (
            <code key={intent}>{intent}</code>
          ))}
          {understanding && understanding.wishes.length > 0 && <Score value={understanding.score} />}
        </span>
        <OfferNote turn={turn} offer={offer} />
        <span className="why__more">
          why <Icon name="down" size={13} />
        </span>
      </summary>
      <Reasons turn={turn} />
    </details>
  );
}

function Score({ value }: { value: number }) {
  return <span className="muted">{Math.min(99, Math.round(value * 100))}% sure</span>;
}
