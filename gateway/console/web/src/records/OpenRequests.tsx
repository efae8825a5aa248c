import { useQuery } from "@connectrpc/connect-query";
import { words } from "../api/format";
import { OpenRequest_Kind } from "../gen/parley/context/v1/conversation_pb";
import { ContextService } from "../gen/parley/context/v1/context_service_pb";
import { Time } from "../ui/Time";
import { Section } from "./Section";

/** What was asked for and nobody has done yet. Nothing is shown when there is nothing. */
export function OpenRequests({ customerId }: { customerId: string }) {
  const { data } = useQuery(ContextService.method.listOpenRequests, { customerId });
  if (!data || data.openRequests.length === 0) return null;
  return (
    <Section title="Still to be done by a person">
      <dl className="facts">
        {data.openRequests.map((request) => (
          <div key={request.id}>
            <dt>{request.summary || words(OpenRequest_Kind[request.kind])}</dt>
            <dd>
              <Time at={request.createTime} />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
