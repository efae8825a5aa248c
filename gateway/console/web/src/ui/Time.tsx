import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { toDate } from "../api/format";

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** A moment by the viewer's clock; the title has the day and the zone. */
export function Time({ at }: { at: Timestamp | undefined }) {
  const date = toDate(at);
  if (!date) return null;
  return (
    <time dateTime={date.toISOString()} title={full.format(date)}>
      {clock.format(date)}
    </time>
  );
}
