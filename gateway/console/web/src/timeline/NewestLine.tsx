import { useEffect, useRef, useState } from "react";
import { channelLabel } from "../api/channels";
import type { Message } from "../gen/parley/context/v1/message_pb";
import { authorName } from "./author";

interface Props {
  message: Message | undefined;
  customerName: string;
  loaded: boolean;
}

/** Reads new messages out to who cannot see them, but not the whole past when a timeline is opened. */
export function NewestLine({ message, customerName, loaded }: Props) {
  const [text, setText] = useState("");
  const known = useRef<string>(undefined);
  useEffect(() => {
    if (!loaded) {
      known.current = undefined;
      setText("");
      return;
    }
    const id = message?.id ?? "";
    if (known.current !== undefined && known.current !== id && message) {
      setText(`${authorName(message, customerName)} on ${channelLabel(message.channel)}: ${message.text}`);
    }
    known.current = id;
  }, [message, customerName, loaded]);
  return (
    <p className="sr-only" role="status">
      {text}
    </p>
  );
}
