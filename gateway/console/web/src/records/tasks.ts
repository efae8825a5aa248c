import { personName } from "../api/session";
import { Task_State, type Task } from "../gen/parley/routing/v1/task_pb";

/** The states in which somebody is wanted. */
export const openStates = [Task_State.WAITING, Task_State.OFFERED, Task_State.ACCEPTED];

/** Where a task stands, in words. */
export function whereIs(task: Task): string {
  switch (task.state) {
    case Task_State.WAITING:
      return `Waits in ${task.queue}`;
    case Task_State.OFFERED:
      return `Offered to ${personName(task.agent)}`;
    case Task_State.ACCEPTED:
      return `With ${personName(task.agent)}`;
    default:
      return "Done";
  }
}
