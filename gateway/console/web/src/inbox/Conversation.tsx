import { useCallback, useState } from "react";
import { useFreshRecords } from "../api/live";
import { useTimeline } from "../api/useTimeline";
import { Task_State, type Task } from "../gen/parley/routing/v1/task_pb";
import { Direction } from "../gen/parley/context/v1/message_pb";
import { CustomerFacts } from "../records/CustomerFacts";
import { Disputes } from "../records/Disputes";
import { HandoffPacket } from "../records/HandoffPacket";
import { InvoiceCheck } from "../records/InvoiceCheck";
import { whereIs } from "../records/tasks";
import { Timeline } from "../timeline/Timeline";
import { useTurns } from "../timeline/useTurns";
import { Badge } from "../ui/Badge";
import { Button } from "../ui/Button";
import { useShortcuts } from "../ui/useShortcuts";
import { Reply } from "./Reply";
import { customerName, useCustomer } from "../records/useCustomer";
import type { Desk } from "./useDesk";

interface Props {
  task: Task;
  desk: Desk;
}

/** The conversation at hand: all channels in one line, the packet beside it, and what the agent can do. */
export function Conversation({ task, desk }: Props) {
  const customer = useCustomer(task.customerId);
  const name = customerName(customer);
  const said = useTimeline(task.customerId);
  const turns = useTurns(said.messages);
  useFreshRecords(said.messages.length);
  const [explain, setExplain] = useState(false);
  const mine = task.state === Task_State.ACCEPTED && task.agent === desk.me;
  const complete = useCallback(() => void desk.complete(task).catch(() => undefined), [desk, task]);
  const giveBack = useCallback(() => void desk.giveBack(task).catch(() => undefined), [desk, task]);
  useShortcuts({
    e: () => setExplain((on) => !on),
    d: mine ? complete : undefined,
    b: mine ? giveBack : undefined,
  });
  const last = said.messages.findLast((message) => message.direction === Direction.INBOUND);
  return (
    <>
      <section className="conversation" aria-label={`Conversation with ${name}`}>
        <header className="conversation__head">
          <h2>{name}</h2>
          <Badge tone={mine ? "good" : "neutral"}>{mine ? "Yours" : whereIs(task)}</Badge>
          {mine && (
            <span className="conversation__acts">
              <Button shortcut="b" onClick={giveBack}>
                Give back
              </Button>
              <Button kind="primary" shortcut="d" onClick={complete}>
                Done
              </Button>
            </span>
          )}
        </header>
        <Timeline customerName={name} said={said} turns={turns} explain={explain} />
        {mine && <Reply task={task} channel={last?.channel ?? task.channel} address={last?.address ?? ""} />}
      </section>
      <aside className="inbox__records records" aria-label="Records" tabIndex={0}>
        <HandoffPacket conversationId={task.conversationId} />
        {customer && <CustomerFacts customer={customer} />}
        <Disputes customerId={task.customerId} />
        <InvoiceCheck customerId={task.customerId} />
      </aside>
    </>
  );
}
