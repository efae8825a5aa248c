import { useEffect, useState } from "react";
import { Agent_Status } from "../gen/parley/routing/v1/agent_pb";
import type { Task } from "../gen/parley/routing/v1/task_pb";
import { Citing } from "../timeline/Citing";
import { showMessage } from "../timeline/showMessage";
import { Notice } from "../ui/Notice";
import { Tabs } from "../ui/Tabs";
import { useShortcuts } from "../ui/useShortcuts";
import { Conversation } from "./Conversation";
import { TaskList } from "./TaskList";
import { useDesk } from "./useDesk";
import { useSelected } from "./useSelected";
import "./Inbox.css";

const parts = ["List", "Conversation", "Records"] as const;

/** An agent's desk: what is offered, what is theirs, and the conversation at hand. */
export function Inbox() {
  const desk = useDesk();
  const [selected, select] = useSelected(desk);
  const [part, setPart] = useState<(typeof parts)[number]>("List");
  const offer = desk.tasks.offered[0];
  useEffect(() => {
    document.title = `${offer ? "Offer · " : ""}Inbox · Parley`; // seen on the tab of a page in the background
  }, [offer]);
  const open = (id: string) => {
    select(id);
    setPart("Conversation");
  };
  const cite = (messageId: string) => {
    setPart("Conversation");
    showMessage(messageId);
  };
  const accept = (task: Task | undefined) => {
    if (task) void desk.accept(task).then(() => open(task.id), () => undefined);
  };
  const step = (by: number) => {
    const { all } = desk.tasks;
    const next = all[all.findIndex((task) => task.id === selected?.id) + by];
    if (next) select(next.id);
  };
  useShortcuts({
    a: () => accept(offer),
    x: () => offer && void desk.decline(offer).catch(() => undefined),
    j: () => step(1),
    k: () => step(-1),
    v: () => desk.setAvailable(desk.agent?.status !== Agent_Status.AVAILABLE),
  });
  return (
    <main className="inbox" data-part={part}>
      <h1 className="sr-only">Inbox</h1>
      <Tabs label="Parts of the Inbox" names={parts} chosen={part} choose={setPart} />
      <TaskList desk={desk} selected={selected?.id} select={open} accept={accept} />
      {selected ? (
        <Citing value={cite}>
          <Conversation key={selected.id} task={selected} desk={desk} />
        </Citing>
      ) : (
        <Notice title={desk.loaded ? "Nothing at hand" : "Looking what there is …"}>
          <p>Conversations in which a customer wants a person appear on the left, with the whole story of every channel.</p>
        </Notice>
      )}
    </main>
  );
}
