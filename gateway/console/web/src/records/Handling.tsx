import { useQuery } from "@connectrpc/connect-query";
import { Conversation_State } from "../gen/parley/context/v1/conversation_pb";
import { ContextService } from "../gen/parley/context/v1/context_service_pb";
import { RoutingService } from "../gen/parley/routing/v1/routing_service_pb";
import { Badge } from "../ui/Badge";
import { HandoffPacket } from "./HandoffPacket";
import { Section } from "./Section";
import { openStates, whereIs } from "./tasks";

/** Who answers the customer now and, when a person is wanted, what that person is told. */
export function Handling({ customerId }: { customerId: string }) {
  const open = useQuery(ContextService.method.listConversations, { customerId, state: Conversation_State.OPEN });
  const tasks = useQuery(
    RoutingService.method.listTasks,
    { customerId, states: openStates },
    { refetchInterval: 2_000 }, // an offer changes no conversation
  );
  const conversation = open.data?.conversations.at(-1);
  const task = tasks.data?.tasks[0];
  if (!conversation) return null;
  return (
    <>
      <Section
        title="Handled by"
        aside={task ? <Badge tone="warn">{whereIs(task)}</Badge> : <Badge tone="accent">The assistant</Badge>}
      >
        <p className="muted">
          {task ? "A person is wanted in this conversation." : "Whoever asks for a person is brought to one, with the whole story."}
        </p>
      </Section>
      {task && <HandoffPacket conversationId={task.conversationId} />}
    </>
  );
}
