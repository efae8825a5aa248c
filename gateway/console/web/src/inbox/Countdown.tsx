import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { useEffect, useState } from "react";
import { toDate } from "../api/format";

/** How many seconds are left. Screen readers are not told each of them. */
export function Countdown({ until }: { until: Timestamp | undefined }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.ceil(((toDate(until)?.getTime() ?? now) - now) / 1_000));
  return <span role="timer">{left} s left</span>;
}
