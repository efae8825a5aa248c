import { toDate } from "../api/format";
import type { Message } from "../gen/parley/context/v1/message_pb";

const day = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });

/** The day, where a new one begins by the viewer's calendar. */
export function DayBreak({ message, before }: { message: Message; before: Message | undefined }) {
  const name = nameOf(message);
  if (!name || (before && nameOf(before) === name)) return null;
  return <li className="day-break">{name}</li>;
}

function nameOf(message: Message): string | undefined {
  const at = toDate(message.createTime);
  return at && day.format(at);
}
