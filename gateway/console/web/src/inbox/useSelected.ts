import { useState } from "react";
import type { Task } from "../gen/parley/routing/v1/task_pb";
import type { Desk } from "./useDesk";

/** The task at hand: the chosen one while it is open, or else the first of the agent's own. */
export function useSelected(desk: Desk): [Task | undefined, (id: string) => void] {
  const [chosen, choose] = useState<string>();
  const task = desk.tasks.all.find((each) => each.id === chosen);
  return [task ?? desk.tasks.mine[0] ?? desk.tasks.offered[0], choose];
}
