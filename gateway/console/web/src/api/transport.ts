import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";

/** A transport to the API that served this page. `refused` is called when the key is no longer good. */
export function createTransport(key: string, refused: () => void): Transport {
  const authorize: Interceptor = (next) => async (request) => {
    request.header.set("Authorization", `Bearer ${key}`);
    try {
      return await next(request);
    } catch (error) {
      if (ConnectError.from(error).code === Code.Unauthenticated) refused();
      throw error;
    }
  };
  return createConnectTransport({ baseUrl: window.location.origin, interceptors: [authorize] });
}
