import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

/** What is done about a message is recorded beside it, and a moment later: then look again. */
const afterwards = [0, 500, 2_000];

/** Reads all that is shown about a customer anew whenever something was said. */
export function useFreshRecords(said: unknown): void {
  const queries = useQueryClient();
  useEffect(() => {
    const timers = afterwards.map((ms) => setTimeout(() => void queries.invalidateQueries(), ms));
    return () => timers.forEach(clearTimeout);
  }, [queries, said]);
}
