import { createClient } from "@connectrpc/connect";
import { useMutation, useQuery } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { reportHealth } from "../api/health";
import { mend } from "../api/mend";
import { problemOf } from "../api/queries";
import { agentName, useSession } from "../api/session";
import { useBell } from "../api/useBell";
import type { Agent } from "../gen/parley/routing/v1/agent_pb";
import { Agent_Status } from "../gen/parley/routing/v1/agent_pb";
import { RoutingService } from "../gen/parley/routing/v1/routing_service_pb";
import type { Task } from "../gen/parley/routing/v1/task_pb";
import { openStates } from "../records/tasks";
import { sortTasks, type Sorted } from "./sortTasks";

/** How often it is looked what others do, in milliseconds: their offers change no conversation. */
const others = 2_000;

/** What an agent has before them, and what they can do about it. */
export interface Desk {
  /** The agent's name; undefined for staff, who look on. */
  me: string | undefined;
  agent: Agent | undefined;
  tasks: Sorted;
  loaded: boolean;
  problem: string | undefined;
  setAvailable: (available: boolean) => void;
  accept: (task: Task) => Promise<unknown>;
  decline: (task: Task) => Promise<unknown>;
  complete: (task: Task) => Promise<unknown>;
  giveBack: (task: Task) => Promise<unknown>;
}

export function useDesk(): Desk {
  const { caller } = useSession();
  const me = agentName(caller);
  const queries = useQueryClient();
  const [problem, setProblem] = useState<string>();
  const again = () => void queries.invalidateQueries();
  useOffers(me, again);
  useBell(again);
  const list = useQuery(RoutingService.method.listTasks, { states: openStates, pageSize: 200 }, { refetchInterval: others });
  const who = useQuery(RoutingService.method.getAgent, { name: me ?? "" }, { enabled: !!me, refetchInterval: others });
  const after = {
    onMutate: () => setProblem(undefined),
    onError: (error: Error) => setProblem(problemOf(error)),
    onSettled: again,
  };
  const status = useMutation(RoutingService.method.setAgentStatus, after);
  const accept = useMutation(RoutingService.method.acceptOffer, after);
  const reject = useMutation(RoutingService.method.rejectOffer, after);
  const complete = useMutation(RoutingService.method.completeTask, after);
  const transfer = useMutation(RoutingService.method.transferTask, after);
  return {
    me,
    agent: who.data?.agent,
    tasks: useMemo(() => sortTasks(list.data?.tasks ?? [], me), [list.data, me]),
    loaded: list.isSuccess,
    problem: problem ?? (list.error ? problemOf(list.error) : undefined),
    setAvailable: (available) => status.mutate({ status: available ? Agent_Status.AVAILABLE : Agent_Status.AWAY }),
    accept: (task) => accept.mutateAsync({ offerId: task.offerId }),
    decline: (task) => reject.mutateAsync({ offerId: task.offerId }),
    complete: (task) => complete.mutateAsync({ taskId: task.id, etag: task.etag }),
    giveBack: (task) => transfer.mutateAsync({ taskId: task.id, etag: task.etag, to: { case: "queue", value: task.queue } }),
  };
}

/** Offers as they are made. While the stream is open routing knows that the agent is there, so it runs in the background, too. */
function useOffers(me: string | undefined, changed: () => void): void {
  const { transport } = useSession();
  const current = useRef(changed);
  current.current = changed;
  useEffect(() => {
    if (!me) return;
    const client = createClient(RoutingService, transport);
    const stop = new AbortController();
    let afterSequence = 0n;
    void mend(
      async (signal) => {
        for await (const { offer } of client.watchOffers({ afterSequence }, { signal })) {
          if (offer) afterSequence = offer.sequence;
          current.current();
        }
      },
      (health) => !stop.signal.aborted && reportHealth("offers", health),
      stop.signal,
    );
    return () => {
      stop.abort();
      reportHealth("offers", undefined);
    };
  }, [transport, me]);
}
