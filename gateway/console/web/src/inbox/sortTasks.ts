import { Task_State, type Task } from "../gen/parley/routing/v1/task_pb";

/** Tasks by what they are to one agent. */
export interface Sorted {
  offered: readonly Task[];
  mine: readonly Task[];
  waiting: readonly Task[];
  others: readonly Task[];
  /** All of them, in the order of the list. */
  all: readonly Task[];
}

export function sortTasks(tasks: readonly Task[], me: string | undefined): Sorted {
  const offered = tasks.filter((task) => task.state === Task_State.OFFERED && task.agent === me);
  const mine = tasks.filter((task) => task.state === Task_State.ACCEPTED && task.agent === me);
  const waiting = tasks.filter((task) => task.state === Task_State.WAITING);
  const others = tasks.filter((task) => task.state !== Task_State.WAITING && task.agent !== me);
  return { offered, mine, waiting, others, all: [...offered, ...mine, ...waiting, ...others] };
}
