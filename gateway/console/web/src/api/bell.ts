import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { ContextService } from "../gen/parley/context/v1/context_service_pb";
import type { Conversation } from "../gen/parley/context/v1/conversation_pb";
import { mend, type Health } from "./mend";

/** Called with a conversation that changed; with nothing when anything may have. */
export type Listener = (changed: Conversation | undefined) => void;

/**
 * The one stream of a page: it tells which conversations changed, and who shows one reads it anew. (A browser has six connections
 * to a host over HTTP/1.1, for all of its tabs together: a stream for each thing shown would use them up.)
 */
export class Bell {
  private readonly listeners = new Set<Listener>();
  private resumeToken = "";

  constructor(private readonly transport: Transport) {}

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Runs until the signal. After a break it goes on behind what it has told already. */
  run(report: (health: Health) => void, signal: AbortSignal): Promise<void> {
    const client = createClient(ContextService, this.transport);
    return mend(
      async (attempt) => {
        try {
          const changes = client.watchConversations({ resumeToken: this.resumeToken }, { signal: attempt });
          for await (const { conversation, resumeToken } of changes) {
            this.resumeToken = resumeToken;
            this.ring(conversation);
          }
        } catch (error) {
          if (ConnectError.from(error).code === Code.InvalidArgument) this.forget();
          throw error;
        }
      },
      report,
      signal,
    );
  }

  /** The token is of no use any more: what happened in between is not known. */
  private forget(): void {
    this.resumeToken = "";
    this.ring(undefined);
  }

  private ring(changed: Conversation | undefined): void {
    for (const listener of this.listeners) listener(changed);
  }
}
