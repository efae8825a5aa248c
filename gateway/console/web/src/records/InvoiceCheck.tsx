import { useQuery } from "@connectrpc/connect-query";
import { formatDay, formatMoney, formatMonth } from "../api/format";
import { isNotFound, problemOf } from "../api/queries";
import { Finding_Kind, type Finding } from "../gen/parley/billing/v1/invoice_pb";
import { InvoiceService } from "../gen/parley/billing/v1/invoice_service_pb";
import { Badge, type Tone } from "../ui/Badge";
import { Section } from "./Section";

/** The newest invoice, held against the ones before it. */
export function InvoiceCheck({ customerId }: { customerId: string }) {
  const { data, error, isPending } = useQuery(InvoiceService.method.checkInvoice, { customerId });
  const check = data?.check;
  const invoice = check?.invoice;
  if (!check || !invoice) {
    return (
      <Section title="Invoice">
        <p className="record__none">
          {isPending ? "Reading …" : isNotFound(error) ? "There is no invoice." : problemOf(error)}
        </p>
      </Section>
    );
  }
  return (
    <Section title={`Invoice of ${formatMonth(invoice.periodStartDate)}`}>
      <p>
        <span className="figure">{formatMoney(invoice.total)}</span>{" "}
        <span className="muted">due {formatDay(invoice.dueDate)}</span>
      </p>
      <dl className="facts">
        <div>
          <dt>Number</dt>
          <dd>{invoice.number}</dd>
        </div>
        {check.comparedInvoiceCount > 0 && (
          <div>
            <dt>Usual, over {check.comparedInvoiceCount} invoices</dt>
            <dd>{formatMoney(check.usualTotal)}</dd>
          </div>
        )}
        {check.findings.map((finding) => (
          <Difference key={finding.product} finding={finding} />
        ))}
      </dl>
    </Section>
  );
}

const findings: Record<Finding_Kind, [text: string, tone: Tone]> = {
  [Finding_Kind.UNSPECIFIED]: ["", "neutral"],
  [Finding_Kind.NEW]: ["new", "warn"],
  [Finding_Kind.HIGHER]: ["higher", "warn"],
  [Finding_Kind.LOWER]: ["lower", "good"],
  [Finding_Kind.GONE]: ["gone", "neutral"],
};

function Difference({ finding }: { finding: Finding }) {
  const [text, tone] = findings[finding.kind];
  return (
    <div>
      <dt>
        {finding.description} <Badge tone={tone}>{text}</Badge>
      </dt>
      <dd>{formatMoney(finding.difference, true)}</dd>
    </div>
  );
}
