import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { PhoneMessage, Sandbox } from "../api/sandbox";

/** What is on the phone. The sandbox has no stream: it is asked every second, and when Parley says that something was said. */
export function usePhone(sandbox: Sandbox, address: string | undefined, said: number) {
  const { data, error, refetch } = useQuery<PhoneMessage[]>({
    queryKey: ["phone", address],
    enabled: address !== undefined,
    queryFn: ({ signal }) => sandbox.phone(address ?? "", signal),
    refetchInterval: 1_000,
    retry: false,
  });
  useEffect(() => {
    void refetch();
  }, [said, refetch]);
  return {
    messages: data ?? [],
    problem: error ? "The vendors cannot be reached. Is the sandbox running?" : undefined,
    look: () => void refetch(),
  };
}
