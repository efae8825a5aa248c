import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { useCallback, useEffect, useState } from "react";
import { AccessService } from "../gen/parley/access/v1/access_service_pb";
import { keystore } from "./keystore";
import { queries } from "./queries";
import type { Session } from "./session";
import { createTransport } from "./transport";

type State = "checking" | "out" | "in";

/** Signs in with a key, or with the one that this tab still holds. */
export function useSignIn() {
  const [session, setSession] = useState<Session | null>(null);
  const [state, setState] = useState<State>(keystore.read() ? "checking" : "out");
  const [problem, setProblem] = useState<string>();

  const signOut = useCallback(() => {
    keystore.forget();
    queries.clear();
    setSession(null);
    setState("out");
  }, []);

  const signIn = useCallback(
    async (key: string) => {
      setProblem(undefined);
      const transport = createTransport(key, () => {
        signOut();
        setProblem("Parley does not know this key.");
      });
      try {
        const { caller, tenant } = await createClient(AccessService, transport).getCaller({});
        if (!caller || !tenant) throw new ConnectError("the answer is empty", Code.Internal);
        keystore.write(key);
        setSession({ caller, tenant, transport, signOut });
        setState("in");
      } catch (error) {
        setState("out");
        setProblem(reason(error));
      }
    },
    [signOut],
  );

  useEffect(() => {
    const kept = keystore.read();
    if (kept) void signIn(kept);
  }, [signIn]);

  return { session, state, problem, signIn };
}

function reason(error: unknown): string {
  switch (ConnectError.from(error).code) {
    case Code.Unauthenticated:
      return "Parley does not know this key.";
    case Code.PermissionDenied:
      return "This key may not use the console: it lacks the scope access.read.";
    default:
      return "Parley cannot be reached. Is it running?";
  }
}
