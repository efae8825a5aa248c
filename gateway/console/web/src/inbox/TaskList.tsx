import type { Task } from "../gen/parley/routing/v1/task_pb";
import { Notice } from "../ui/Notice";
import { OfferCard } from "./OfferCard";
import { Presence } from "./Presence";
import { TaskRow } from "./TaskRow";
import type { Desk } from "./useDesk";

interface Props {
  desk: Desk;
  selected: string | undefined;
  select: (id: string) => void;
  accept: (task: Task) => void;
}

/** Everything in which a person is wanted, by whose it is. */
export function TaskList({ desk, selected, select, accept }: Props) {
  const { tasks } = desk;
  const group = (title: string, list: readonly Task[]) =>
    list.length > 0 && (
      <section aria-label={title}>
        <h2>
          {title} <span className="muted">{list.length}</span>
        </h2>
        <ul>
          {list.map((task) => (
            <TaskRow key={task.id} task={task} selected={task.id === selected} select={() => select(task.id)} />
          ))}
        </ul>
      </section>
    );
  return (
    <aside className="task-list" aria-label="Conversations that want a person">
      <Presence desk={desk} />
      {desk.problem && (
        <p className="task-list__problem problem" role="alert">
          {desk.problem}
        </p>
      )}
      {tasks.offered.map((task) => (
        <OfferCard key={task.offerId} task={task} accept={() => accept(task)} decline={() => void desk.decline(task).catch(() => undefined)} />
      ))}
      <p className="sr-only" role="status">
        {tasks.offered.length > 0 ? "A conversation is offered to you. Press a to accept it." : ""}
      </p>
      {group("Yours", tasks.mine)}
      {group("Waiting", tasks.waiting)}
      {group("With others", tasks.others)}
      {desk.loaded && tasks.all.length === 0 && <Notice title="Nobody waits">Whoever asks for a person appears here.</Notice>}
    </aside>
  );
}
