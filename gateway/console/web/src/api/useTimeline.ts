import { useEffect, useRef, useState } from "react";
import type { Message } from "../gen/parley/context/v1/message_pb";
import { problemOf } from "./queries";
import { Reader } from "./reader";
import { Said } from "./said";
import { useSession } from "./session";
import { useBell } from "./useBell";

/** What was said with a customer on every channel, as it grows. */
export interface WhatWasSaid {
  messages: readonly Message[];
  /** The past is there. */
  loaded: boolean;
  /** Why nothing can be read. */
  problem: string | undefined;
}

export function useTimeline(customerId: string | undefined): WhatWasSaid {
  const { transport } = useSession();
  const [said, setSaid] = useState(Said.nothing);
  const [loaded, setLoaded] = useState(false);
  const [problem, setProblem] = useState<string>();
  const reader = useRef<Reader>(null);
  useEffect(() => {
    setSaid(Said.nothing);
    setLoaded(false);
    setProblem(undefined);
    if (!customerId) return;
    const one = new Reader(
      transport,
      customerId,
      (messages) => setSaid((now) => now.with(messages)),
      () => setLoaded(true),
      (error) => setProblem(problemOf(error)),
    );
    reader.current = one;
    one.look();
    return () => one.close();
  }, [transport, customerId]);
  useBell((changed) => {
    if (!changed) reader.current?.look();
    else if (changed.customerId === customerId) reader.current?.look(changed.id);
  });
  return { messages: said.messages, loaded, problem };
}
