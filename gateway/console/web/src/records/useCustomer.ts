import { useQuery } from "@connectrpc/connect-query";
import type { Customer } from "../gen/parley/identity/v1/customer_pb";
import { IdentityService } from "../gen/parley/identity/v1/identity_service_pb";

/** The customer as they are known now: what is known grows with what they write. */
export function useCustomer(customerId: string): Customer | undefined {
  return useQuery(IdentityService.method.getCustomer, { customerId }).data?.customer;
}

export function customerName(customer: Customer | undefined): string {
  return customer ? customer.displayName || "Somebody without a name" : "…";
}
