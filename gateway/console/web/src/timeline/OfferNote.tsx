import { channelLabel } from "../api/channels";
import { Turn_OfferState, type Turn } from "../gen/parley/assistant/v1/assistant_service_pb";
import type { Message } from "../gen/parley/context/v1/message_pb";
import { Badge } from "../ui/Badge";

const answers: Record<string, string> = {
  "parley.agreed": "Yes to the offer",
  "parley.refused": "No to the offer",
  "parley.unsure": "Not surely a yes to the offer",
  "parley.agreed_again": "Yes again to the offer",
  "parley.refused_after": "No, after the yes, to the offer",
  "parley.answered": "Answer to the offer",
};

/** What the message said to the offer on the table, and on which channel that was made: how the context followed. */
export function OfferNote({ turn, offer }: { turn: Turn; offer: Message | undefined }) {
  const answer = turn.steps.map((step) => answers[step.intent]).find((text) => text !== undefined);
  if (!answer || turn.offerState === Turn_OfferState.UNSPECIFIED) return null;
  return (
    <Badge tone="accent">
      {answer}
      {offer && ` made on ${channelLabel(offer.channel)}`}
    </Badge>
  );
}
