import { words } from "../api/format";
import type { Task } from "../gen/parley/routing/v1/task_pb";
import { whereIs } from "../records/tasks";
import { ChannelChip } from "../ui/ChannelChip";
import { Time } from "../ui/Time";
import { customerName, useCustomer } from "../records/useCustomer";

interface Props {
  task: Task;
  selected: boolean;
  select: () => void;
}

export function TaskRow({ task, selected, select }: Props) {
  const customer = useCustomer(task.customerId);
  return (
    <li>
      <button type="button" className="task-row" data-channel={task.channel} aria-current={selected || undefined} onClick={select}>
        <span className="task-row__head">
          <strong>{customerName(customer)}</strong>
          <Time at={task.createTime} />
        </span>
        <span className="task-row__more">
          <ChannelChip channel={task.channel} />
          <span className="muted">
            {whereIs(task)} · {words(task.handoffReason)}
          </span>
        </span>
      </button>
    </li>
  );
}
