import { formatMoney, words } from "../api/format";
import { may, useSession } from "../api/session";
import { Dispute_State, ProvisionalCredit_State, type Dispute } from "../gen/parley/billing/v1/dispute_pb";
import { Badge, type Tone } from "../ui/Badge";
import { Decide } from "./Decide";
import { DecisionClock } from "./DecisionClock";
import { Ledger } from "./Ledger";
import { Section } from "./Section";

const tones: Record<Dispute_State, Tone> = {
  [Dispute_State.UNSPECIFIED]: "neutral",
  [Dispute_State.OPEN]: "accent",
  [Dispute_State.OVERDUE]: "bad",
  [Dispute_State.UPHELD]: "good",
  [Dispute_State.REJECTED]: "bad",
  [Dispute_State.WITHDRAWN]: "neutral",
};

export function DisputeCard({ dispute }: { dispute: Dispute }) {
  const { caller } = useSession();
  const undecided = dispute.state === Dispute_State.OPEN || dispute.state === Dispute_State.OVERDUE;
  return (
    <Section
      title={`Dispute ${dispute.number}`}
      aside={<Badge tone={tones[dispute.state]}>{words(Dispute_State[dispute.state])}</Badge>}
    >
      <p className="figure">{formatMoney(dispute.amount)}</p>
      {undecided && <DecisionClock dispute={dispute} />}
      <dl className="facts">
        <div>
          <dt>Invoice</dt>
          <dd>{dispute.invoiceNumber}</dd>
        </div>
        <div>
          <dt>Credit</dt>
          <dd>
            {formatMoney(dispute.provisionalCredit?.amount)},{" "}
            {words(ProvisionalCredit_State[dispute.provisionalCredit?.state ?? 0])}
          </dd>
        </div>
        {dispute.decision?.reason && (
          <div>
            <dt>Reason</dt>
            <dd>{dispute.decision.reason}</dd>
          </div>
        )}
      </dl>
      <Ledger disputeId={dispute.id} />
      {undecided && may(caller, "billing.write") && <Decide dispute={dispute} />}
    </Section>
  );
}
