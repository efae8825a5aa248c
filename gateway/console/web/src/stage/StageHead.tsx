import { useRef } from "react";
import { Button } from "../ui/Button";
import { useShortcuts } from "../ui/useShortcuts";
import type { Cast } from "./useCast";

interface Props {
  cast: Cast;
  explain: boolean;
  toggleExplain: () => void;
}

/** Who is played, and how much is explained. */
export function StageHead({ cast, explain, toggleExplain }: Props) {
  const picker = useRef<HTMLSelectElement>(null);
  useShortcuts({ c: () => picker.current?.focus() });
  return (
    <div className="stage__head">
      <label className="stage__who">
        <span>You play</span>
        <select ref={picker} value={cast.customer?.id} onChange={(event) => cast.choose(event.target.value)}>
          {cast.customers.map((customer) => (
            <option key={customer.id} value={customer.id}>
              {customer.displayName || customer.handles[0]?.handle?.value || customer.id}
            </option>
          ))}
        </select>
      </label>
      <Button kind="quiet" aria-pressed={explain} onClick={toggleExplain} shortcut="e">
        {explain ? "Hide the reasons" : "Show every reason"}
      </Button>
    </div>
  );
}
