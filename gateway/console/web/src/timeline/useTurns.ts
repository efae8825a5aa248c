import { createClient } from "@connectrpc/connect";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSession } from "../api/session";
import { AssistantService, type Turn } from "../gen/parley/assistant/v1/assistant_service_pb";
import type { Message } from "../gen/parley/context/v1/message_pb";

/** How many conversations back the assistant's reasons are read. */
const conversationsBack = 5;

/** What the assistant made of the messages, by the message. */
export function useTurns(messages: readonly Message[]): ReadonlyMap<string, Turn> {
  const { transport } = useSession();
  const client = useMemo(() => createClient(AssistantService, transport), [transport]);
  const conversations = [...new Set(messages.map((message) => message.conversationId))].slice(-conversationsBack);
  const { data } = useQuery<ReadonlyMap<string, Turn>>({
    queryKey: ["turns", conversations],
    enabled: conversations.length > 0,
    placeholderData: (before) => before,
    queryFn: async ({ signal }) => {
      const turns = new Map<string, Turn>();
      for (const conversationId of conversations) {
        let pageToken = "";
        do {
          const page = await client.listTurns({ conversationId, pageSize: 200, pageToken }, { signal });
          for (const turn of page.turns) turns.set(turn.messageId, turn);
          pageToken = page.nextPageToken;
        } while (pageToken);
      }
      return turns;
    },
    structuralSharing: false,
  });
  return data ?? none;
}

const none: ReadonlyMap<string, Turn> = new Map();
