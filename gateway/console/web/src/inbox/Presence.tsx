import { personName } from "../api/session";
import { Agent_Status, Agent_StatusCause } from "../gen/parley/routing/v1/agent_pb";
import { Button } from "../ui/Button";
import type { Desk } from "./useDesk";

const texts: Record<Agent_Status, string> = {
  [Agent_Status.UNSPECIFIED]: "…",
  [Agent_Status.AVAILABLE]: "Available",
  [Agent_Status.BUSY]: "Busy",
  [Agent_Status.AWAY]: "Away",
  [Agent_Status.OFFLINE]: "Offline",
};

const causes: Partial<Record<Agent_StatusCause, string>> = {
  [Agent_StatusCause.OFFERS_IGNORED]: "because offers were left unanswered",
  [Agent_StatusCause.LEASE_ENDED]: "because nothing was heard of you",
};

/** Whether the agent takes conversations, and the way to change it. */
export function Presence({ desk }: { desk: Desk }) {
  if (!desk.me) {
    return <p className="presence muted">You look on. To take conversations, sign in with an agent's key.</p>;
  }
  const status = desk.agent?.status ?? Agent_Status.UNSPECIFIED;
  const available = status === Agent_Status.AVAILABLE;
  const cause = desk.agent && causes[desk.agent.statusCause];
  return (
    <div className="presence" data-available={available}>
      <p>
        <strong>{personName(desk.me)}</strong> <span role="status">{texts[status]}</span>
        {cause && !available && <span className="muted"> {cause}</span>}
      </p>
      <Button kind={available ? "plain" : "primary"} shortcut="v" onClick={() => desk.setAvailable(!available)}>
        {available ? "Take a break" : "Be available"}
      </Button>
    </div>
  );
}
