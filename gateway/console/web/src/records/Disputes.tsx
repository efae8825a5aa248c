import { useQuery } from "@connectrpc/connect-query";
import { problemOf } from "../api/queries";
import { DisputeService } from "../gen/parley/billing/v1/dispute_service_pb";
import { DisputeCard } from "./DisputeCard";
import { Section } from "./Section";

/** What the customer disputes, each with its clock and its ledger. */
export function Disputes({ customerId }: { customerId: string }) {
  const { data, error, isPending } = useQuery(DisputeService.method.listDisputes, { customerId });
  if (!data || data.disputes.length === 0) {
    return (
      <Section title="Disputes">
        <p className="record__none">{isPending ? "Reading …" : error ? problemOf(error) : "Nothing is disputed."}</p>
      </Section>
    );
  }
  return data.disputes.map((dispute) => <DisputeCard key={dispute.id} dispute={dispute} />);
}
