import { useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../api/queries";
import { Decision_Outcome, type Dispute } from "../gen/parley/billing/v1/dispute_pb";
import { DisputeService } from "../gen/parley/billing/v1/dispute_service_pb";
import { Button } from "../ui/Button";
import "./Decide.css";

/** Staff decide; the customer is told on the channel where they last wrote. */
export function Decide({ dispute }: { dispute: Dispute }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [rejecting, setRejecting] = useState(false);
  const resolve = useMutation(DisputeService.method.resolveDispute, {
    onSettled: () => queries.invalidateQueries(),
  });
  const decide = (outcome: Decision_Outcome) =>
    resolve.mutate({ requestId: crypto.randomUUID(), disputeId: dispute.id, etag: dispute.etag, outcome, reason });
  return (
    <form
      className="decide"
      onSubmit={(event) => {
        event.preventDefault();
        decide(Decision_Outcome.REJECT);
      }}
    >
      {rejecting && (
        <input
          aria-label="Why it is rejected; the customer reads it"
          placeholder="Why? The customer reads it."
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          autoFocus
          required
        />
      )}
      <div className="decide__buttons">
        <Button onClick={() => decide(Decision_Outcome.UPHOLD)} disabled={resolve.isPending}>
          Uphold
        </Button>
        {rejecting ? (
          <Button type="submit" kind="danger" disabled={resolve.isPending || !reason.trim()}>
            Reject it
          </Button>
        ) : (
          <Button kind="quiet" onClick={() => setRejecting(true)}>
            Reject …
          </Button>
        )}
      </div>
      {resolve.error && (
        <p className="problem" role="alert">
          {problemOf(resolve.error)}
        </p>
      )}
    </form>
  );
}
