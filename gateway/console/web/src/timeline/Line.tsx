import { channelLabel } from "../api/channels";
import type { Turn } from "../gen/parley/assistant/v1/assistant_service_pb";
import { AuthorKind, type Message } from "../gen/parley/context/v1/message_pb";
import { ChannelChip } from "../ui/ChannelChip";
import { channelIcon, Icon } from "../ui/Icon";
import { Time } from "../ui/Time";
import { authorName } from "./author";
import { DeliveryMark } from "./DeliveryMark";
import { Words } from "./Words";
import { Why } from "./Why";
import "./Line.css";

interface Props {
  message: Message;
  /** The channel of the line before, when this one is on another. */
  cameFrom: string | undefined;
  customerName: string;
  turn: Turn | undefined;
  /** The message in which the offer was made that the turn is about. */
  offer: Message | undefined;
  explain: boolean;
}

/** One message of the timeline. */
export function Line({ message, cameFrom, customerName, turn, offer, explain }: Props) {
  const mine = message.author === AuthorKind.CUSTOMER;
  return (
    <li
      className={`line ${mine ? "line--customer" : "line--ours"}`}
      data-channel={message.channel}
      data-message-id={message.id}
    >
      <span className="line__rail">
        <span className="line__dot">
          <Icon name={channelIcon(message.channel)} size={16} />
        </span>
      </span>
      <div className="line__content">
        {cameFrom && (
          <p className="line__switch">
            {channelLabel(cameFrom)} <Icon name="right" size={13} /> <strong>{channelLabel(message.channel)}</strong>
            <span className="sr-only">: the conversation goes on there</span>
          </p>
        )}
        <article className="line__card" aria-label={`${authorName(message, customerName)} on ${channelLabel(message.channel)}`}>
          <header className="line__head">
            <strong>{authorName(message, customerName)}</strong>
            <ChannelChip channel={message.channel} />
            <span className="line__when">
              <Time at={message.createTime} />
              <DeliveryMark message={message} />
            </span>
          </header>
          <Words message={message} />
        </article>
        {turn && <Why turn={turn} offer={offer} explain={explain} />}
      </div>
    </li>
  );
}
