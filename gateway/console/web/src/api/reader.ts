import { createClient, type Transport } from "@connectrpc/connect";
import { ContextService } from "../gen/parley/context/v1/context_service_pb";
import type { Message } from "../gen/parley/context/v1/message_pb";
import { isFinal, pause } from "./mend";

/** How far back a conversation is read anew when it changed: deliveries move on and words are edited behind the newest. */
const changeable = 50n;
/** How long after a failure it is tried again, in milliseconds. */
const retry = 1_000;

/**
 * Reads one customer's timeline: all of it once, and what changed whenever it is told. It reads one thing after the other, so
 * what it gives later is never older.
 */
export class Reader {
  private readonly client;
  private readonly stop = new AbortController();
  private readonly newest = new Map<string, bigint>();
  private readonly changed = new Set<string>();
  private everything = true;
  private running = false;

  constructor(
    transport: Transport,
    private readonly customerId: string,
    private readonly give: (messages: readonly Message[]) => void,
    private readonly loaded: () => void,
    private readonly refused: (error: unknown) => void,
  ) {
    this.client = createClient(ContextService, transport);
  }

  /** Reads the conversation anew, or, without one, everything. */
  look(conversationId?: string): void {
    if (conversationId) this.changed.add(conversationId);
    else this.everything = true;
    if (!this.running) void this.run();
  }

  close(): void {
    this.stop.abort();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (!this.stop.signal.aborted && (this.everything || this.changed.size > 0)) {
      try {
        await this.next();
      } catch (error) {
        if (isFinal(error)) {
          this.refused(error);
          break;
        }
        await pause(retry, this.stop.signal);
      }
    }
    this.running = false;
  }

  private async next(): Promise<void> {
    if (this.everything) {
      await this.read({ customerId: this.customerId });
      this.everything = false;
      this.loaded();
      return;
    }
    const [conversationId = ""] = this.changed;
    this.changed.delete(conversationId);
    try {
      const newest = this.newest.get(conversationId) ?? 0n;
      await this.read({ conversationId, afterSequence: newest > changeable ? newest - changeable : 0n });
    } catch (error) {
      this.changed.add(conversationId);
      throw error;
    }
  }

  private async read(what: { customerId: string } | { conversationId: string; afterSequence: bigint }): Promise<void> {
    let pageToken = "";
    do {
      const page = await this.client.listMessages({ ...what, pageToken }, { signal: this.stop.signal });
      if (this.stop.signal.aborted) return;
      for (const { conversationId, sequence } of page.messages) {
        const known = this.newest.get(conversationId) ?? 0n;
        this.newest.set(conversationId, sequence > known ? sequence : known);
      }
      this.give(page.messages);
      pageToken = page.nextPageToken;
    } while (pageToken);
  }
}
