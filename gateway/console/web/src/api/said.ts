import type { Message } from "../gen/parley/context/v1/message_pb";

/** What was said with one customer, each message once, as it was last read. It never changes: `with` makes the next one. */
export class Said {
  static readonly nothing = new Said(new Map(), []);

  private constructor(
    private readonly byId: ReadonlyMap<string, Message>,
    /** In the order in which it was said. */
    readonly messages: readonly Message[],
  ) {}

  with(messages: readonly Message[]): Said {
    if (messages.length === 0) return this;
    const byId = new Map(this.byId);
    for (const message of messages) byId.set(message.id, message);
    return new Said(byId, [...byId.values()].sort(inOrder));
  }
}

/** Sequences order a conversation; the time of appending orders conversations. */
function inOrder(a: Message, b: Message): number {
  if (a.conversationId === b.conversationId) return Number(a.sequence - b.sequence);
  return millis(a) - millis(b) || (a.conversationId < b.conversationId ? -1 : 1);
}

function millis(message: Message): number {
  const at = message.createTime;
  return at ? Number(at.seconds) * 1000 + at.nanos / 1e6 : 0;
}
