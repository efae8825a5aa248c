import { words } from "../api/format";
import type { Task } from "../gen/parley/routing/v1/task_pb";
import { Button } from "../ui/Button";
import { ChannelChip } from "../ui/ChannelChip";
import { Countdown } from "./Countdown";
import { customerName, useCustomer } from "../records/useCustomer";

interface Props {
  task: Task;
  accept: () => void;
  decline: () => void;
}

/** A conversation that is offered to the agent, as long as it is. */
export function OfferCard({ task, accept, decline }: Props) {
  const customer = useCustomer(task.customerId);
  return (
    <section className="offer" data-channel={task.channel} aria-label={`Offer: ${customerName(customer)}`}>
      <p className="offer__head">
        <strong>{customerName(customer)}</strong>
        <ChannelChip channel={task.channel} />
      </p>
      <p className="muted">
        {words(task.handoffReason)} · {task.queue} · <Countdown until={task.offerExpireTime} />
      </p>
      <div className="offer__buttons">
        <Button kind="primary" shortcut="a" onClick={accept}>
          Accept
        </Button>
        <Button kind="quiet" shortcut="x" onClick={decline}>
          Decline
        </Button>
      </div>
    </section>
  );
}
