import type { Customer } from "../gen/parley/identity/v1/customer_pb";
import { CustomerFacts } from "./CustomerFacts";
import { Disputes } from "./Disputes";
import { Handling } from "./Handling";
import { InvoiceCheck } from "./InvoiceCheck";
import { OpenRequests } from "./OpenRequests";
import { useCustomer } from "./useCustomer";
import "./Records.css";

/** What Parley holds about a customer, beside what was said. */
export function Records({ customer }: { customer: Customer }) {
  const fresh = useCustomer(customer.id) ?? customer;
  return (
    <div className="records">
      <CustomerFacts customer={fresh} />
      <Handling customerId={customer.id} />
      <Disputes customerId={customer.id} />
      <InvoiceCheck customerId={customer.id} />
      <OpenRequests customerId={customer.id} />
    </div>
  );
}
