import { useQuery } from "@connectrpc/connect-query";
import { problemOf } from "../api/queries";
import { Assurance } from "../gen/parley/access/v1/access_pb";
import { ContextService } from "../gen/parley/context/v1/context_service_pb";
import { Badge } from "../ui/Badge";
import { HandoffLines } from "./HandoffLines";
import { Section } from "./Section";
import "./HandoffPacket.css";

const known: Record<Assurance, string> = {
  [Assurance.UNSPECIFIED]: "not known who it is",
  [Assurance.NONE]: "not known who it is",
  [Assurance.CHANNEL_POSSESSION]: "known by the channel",
  [Assurance.VERIFIED_HANDLE]: "verified",
  [Assurance.STRONG]: "signed in",
};

/** All that somebody needs to know who takes the conversation up; every line cites its message. */
export function HandoffPacket({ conversationId }: { conversationId: string }) {
  const { data, error } = useQuery(ContextService.method.getHandoff, { conversationId });
  const handoff = data?.handoff;
  if (!handoff) return error ? <Section title="Hand-off">{problemOf(error)}</Section> : null;
  return (
    <Section
      title="Hand-off"
      aside={
        <Badge tone={handoff.assurance > Assurance.NONE ? "good" : "warn"}>{known[handoff.assurance]}</Badge>
      }
    >
      <div className="handoff">
        <HandoffLines title="Wanted" lines={handoff.wanted} />
        <HandoffLines title="Done" lines={handoff.done} />
        <HandoffLines title="Open" lines={handoff.open} />
        <HandoffLines title="Promised" lines={handoff.promised} />
      </div>
    </Section>
  );
}
