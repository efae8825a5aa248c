import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

/** What is done about a message is recorded beside it, and a moment later: then look again. */
const afterwards = [0, 500, 2_000];

/** Reads all that is shown about a customer anew whenever something was said; who there is to choose from stays. */
export function useFreshRecords(said: unknown): void {
  const queries = useQueryClient();
  useEffect(() => {
    const again = () => void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "customers" });
    const timers = afterwards.map((ms) => setTimeout(again, ms));
    return () => timers.forEach(clearTimeout);
  }, [queries, said]);
}
