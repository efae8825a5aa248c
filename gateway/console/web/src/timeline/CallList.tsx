import { words } from "../api/format";
import type { TurnCall } from "../gen/parley/assistant/v1/assistant_service_pb";

/** What a skill called, in order. The assistant can reach nothing else. */
export function CallList({ calls }: { calls: readonly TurnCall[] }) {
  if (calls.length === 0) return null;
  return (
    <ol className="calls">
      {calls.map((call, index) => (
        <li key={index}>
          <code>{shortName(call.method)}</code>
          {call.errorReason && <span className="problem"> {words(call.errorReason)}</span>}
        </li>
      ))}
    </ol>
  );
}

/** `/parley.billing.v1.DisputeService/OpenDispute` as `DisputeService.OpenDispute`. */
function shortName(method: string): string {
  const [service = "", name = ""] = method.replace(/^\//, "").split("/");
  return `${service.split(".").at(-1)}.${name}`;
}
