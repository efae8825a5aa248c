import { useCallback, useState } from "react";
import { companyName, useSession } from "../api/session";
import { useFreshRecords } from "../api/live";
import { useTimeline } from "../api/useTimeline";
import { Records } from "../records/Records";
import { Citing } from "../timeline/Citing";
import { showMessage } from "../timeline/showMessage";
import { Timeline } from "../timeline/Timeline";
import { useTurns } from "../timeline/useTurns";
import { Notice } from "../ui/Notice";
import { Tabs } from "../ui/Tabs";
import { useShortcuts } from "../ui/useShortcuts";
import { Phone } from "./Phone";
import { StageHead } from "./StageHead";
import { useCast } from "./useCast";
import "./Stage.css";

const parts = ["Phone", "Timeline", "Records"] as const;

/** On the left any customer's phone, on the right what Parley sees of them. */
export function Stage() {
  const { tenant } = useSession();
  const cast = useCast();
  const customer = cast.customer;
  const said = useTimeline(customer?.id);
  const turns = useTurns(said.messages);
  useFreshRecords(said.messages.length);
  const [part, setPart] = useState<(typeof parts)[number]>("Phone");
  const [explain, setExplain] = useState(false);
  const cite = (messageId: string) => {
    setPart("Timeline");
    showMessage(messageId);
  };
  const toggleExplain = useCallback(() => setExplain((on) => !on), []);
  useShortcuts({ e: toggleExplain });
  if (!customer) {
    return (
      <main className="stage-empty">
        <Notice problem={!!cast.problem} title={cast.loading ? "Reading the customers …" : "There is nobody to play"}>
          {cast.problem && <p>{cast.problem}</p>}
        </Notice>
      </main>
    );
  }
  return (
    <main className="stage" data-part={part}>
      <h1 className="sr-only">Stage</h1>
      <StageHead cast={cast} explain={explain} toggleExplain={toggleExplain} />
      <Tabs label="Parts of the Stage" names={parts} chosen={part} choose={setPart} />
      <div className="stage__phone">
        {tenant.sandbox ? (
          <Phone
            key={customer.id}
            customer={customer}
            company={companyName(tenant.name)}
            sandboxUrl={tenant.sandbox.url}
            said={said.messages.length}
          />
        ) : (
          <Notice title="No phone here">
            <p>{companyName(tenant.name)} has real vendors. Customers are played only in a sandbox.</p>
          </Notice>
        )}
      </div>
      <div className="stage__timeline">
        <Timeline
          key={customer.id}
          customerName={customer.displayName || "The customer"}
          said={said}
          turns={turns}
          explain={explain}
        />
      </div>
      <aside className="stage__records" aria-label="Records" tabIndex={0}>
        <Citing value={cite}>
          <Records customer={customer} />
        </Citing>
      </aside>
    </main>
  );
}
