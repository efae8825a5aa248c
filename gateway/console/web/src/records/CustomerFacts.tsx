import { words } from "../api/format";
import { Assurance } from "../gen/parley/access/v1/access_pb";
import { HandleKind, type Customer } from "../gen/parley/identity/v1/customer_pb";
import { Section } from "./Section";

const kinds: Record<HandleKind, string> = {
  [HandleKind.UNSPECIFIED]: "Handle",
  [HandleKind.PHONE]: "Phone",
  [HandleKind.EMAIL]: "Email",
  [HandleKind.WHATSAPP_ID]: "WhatsApp",
  [HandleKind.CUSTOMER_REFERENCE]: "Customer number",
  [HandleKind.VISITOR_ID]: "Web visitor",
};

/** Who it is, and how each of their handles is known. */
export function CustomerFacts({ customer }: { customer: Customer }) {
  return (
    <Section title="Customer">
      <p className="figure">{customer.displayName || "Nobody's name is known"}</p>
      <dl className="facts">
        {customer.handles.map(({ handle, assurance }) => (
          <div key={`${handle?.kind} ${handle?.value}`}>
            <dt>{kinds[handle?.kind ?? HandleKind.UNSPECIFIED]}</dt>
            <dd title={assuranceText(assurance)}>{handle?.value}</dd>
          </div>
        ))}
        {customer.locale && (
          <div>
            <dt>Language</dt>
            <dd>{languageName(customer.locale)}</dd>
          </div>
        )}
      </dl>
    </Section>
  );
}

function assuranceText(assurance: Assurance): string {
  return assurance > Assurance.NONE ? `Vouched for: ${words(Assurance[assurance])}` : "From the company's books";
}

function languageName(locale: string): string {
  return new Intl.DisplayNames(undefined, { type: "language" }).of(locale) ?? locale;
}
