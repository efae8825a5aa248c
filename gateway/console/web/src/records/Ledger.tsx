import { useQuery } from "@connectrpc/connect-query";
import { formatMoney, words } from "../api/format";
import { DisputeService } from "../gen/parley/billing/v1/dispute_service_pb";
import { LedgerAccount, LedgerEntry_Kind, type LedgerEntry } from "../gen/parley/billing/v1/ledger_pb";

/** What was posted for a dispute: each transaction's entries sum to zero. */
export function Ledger({ disputeId }: { disputeId: string }) {
  const { data } = useQuery(DisputeService.method.listLedgerEntries, { of: { case: "disputeId", value: disputeId } });
  if (!data || data.entries.length === 0) return null;
  return (
    <table className="ledger">
      <caption>Ledger</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Account</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {data.entries.map((entry) => (
          <tr key={`${entry.transactionId} ${entry.account}`}>
            <th scope="row" title={kindText(entry)}>
              {words(LedgerAccount[entry.account])}
            </th>
            <td className="amount">
              {(entry.amount?.units ?? 0n) < 0n || (entry.amount?.nanos ?? 0) < 0 ? "credit " : "debit "}
              {formatMoney(entry.amount).replace("-", "")}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function kindText(entry: LedgerEntry): string {
  return words(LedgerEntry_Kind[entry.kind]?.replace(/^KIND_/, ""));
}
