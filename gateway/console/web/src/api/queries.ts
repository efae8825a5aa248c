import { Code, ConnectError } from "@connectrpc/connect";
import { QueryClient } from "@tanstack/react-query";

/** Only what may pass is tried again. */
function mayPass(error: unknown): boolean {
  const { code } = ConnectError.from(error);
  return code === Code.Unavailable || code === Code.Unknown || code === Code.DeadlineExceeded;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 5 && mayPass(error),
      retryDelay: (failures) => Math.min(250 * 2 ** failures, 5_000),
      networkMode: "always", // the API may be this very machine, whatever the browser thinks of the network
      staleTime: 0,
    },
    mutations: { networkMode: "always" },
  },
});

export function isNotFound(error: unknown): boolean {
  return error !== null && ConnectError.from(error).code === Code.NotFound;
}

/** What the API said, as a sentence. */
export function problemOf(error: unknown): string {
  const { code, rawMessage } = ConnectError.from(error);
  if (code === Code.Unknown || code === Code.Unavailable) return "Parley cannot be reached. Trying again …";
  const sentence = rawMessage.charAt(0).toUpperCase() + rawMessage.slice(1);
  return sentence.endsWith(".") ? sentence : `${sentence}.`;
}
