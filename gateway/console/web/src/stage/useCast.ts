import { createClient } from "@connectrpc/connect";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { problemOf } from "../api/queries";
import { useSession } from "../api/session";
import { HandleKind, type Customer } from "../gen/parley/identity/v1/customer_pb";
import { IdentityService } from "../gen/parley/identity/v1/identity_service_pb";

/** Who can be played, and who is. */
export interface Cast {
  customers: readonly Customer[];
  customer: Customer | undefined;
  choose: (id: string) => void;
  loading: boolean;
  problem: string | undefined;
}

/** No more than so many can be chosen from. */
const most = 1_000;

export function useCast(): Cast {
  const { transport } = useSession();
  const client = useMemo(() => createClient(IdentityService, transport), [transport]);
  const [chosen, choose] = useState<string>();
  const { data, isPending, error } = useQuery({
    queryKey: ["customers"],
    queryFn: async ({ signal }) => {
      const all: Customer[] = [];
      let pageToken = "";
      do {
        const page = await client.listCustomers({ pageSize: 200, pageToken }, { signal });
        all.push(...page.customers);
        pageToken = page.nextPageToken;
      } while (pageToken && all.length < most);
      return all.sort((a, b) => reference(a).localeCompare(reference(b)));
    },
  });
  const customers = data ?? [];
  return {
    customers,
    customer: customers.find((customer) => customer.id === chosen) ?? customers[0],
    choose,
    loading: isPending,
    problem: error ? problemOf(error) : undefined,
  };
}

/** Those in the company's books come first, in the order of their numbers. */
function reference(customer: Customer): string {
  const found = customer.handles.find(({ handle }) => handle?.kind === HandleKind.CUSTOMER_REFERENCE);
  return found?.handle?.value ?? `~${customer.id}`;
}
