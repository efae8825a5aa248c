import { AuthorKind, type Message } from "../gen/parley/context/v1/message_pb";

/** Who wrote a message, as people say it. */
export function authorName(message: Message, customerName: string): string {
  switch (message.author) {
    case AuthorKind.CUSTOMER:
      return customerName;
    case AuthorKind.ASSISTANT:
      return "Assistant";
    case AuthorKind.AGENT:
      return "Agent";
    default:
      return "Parley";
  }
}
