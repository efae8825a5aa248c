import { useState } from "react";
import { agentName, companyName, personName, useSession } from "../api/session";
import { Inbox } from "../inbox/Inbox";
import { Stage } from "../stage/Stage";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Mark } from "../ui/Mark";
import { useShortcuts } from "../ui/useShortcuts";
import { Connection } from "./Connection";
import { Help } from "./Help";
import { RoomLink } from "./RoomLink";
import { useRoom } from "./useRoom";
import type { Theme } from "./useTheme";
import "./Frame.css";

interface Props {
  theme: Theme;
  switchTheme: () => void;
}

/** The signed-in app: the bar above, and the room below. */
export function Frame({ theme, switchTheme }: Props) {
  const { caller, tenant, signOut } = useSession();
  const agent = agentName(caller);
  const [room, go] = useRoom(agent ? "inbox" : "stage");
  const [helping, setHelping] = useState(false);
  useShortcuts({
    "?": () => setHelping(true),
    "g s": () => go("stage"),
    "g i": () => go("inbox"),
    t: switchTheme,
  });
  return (
    <div className="frame">
      <header className="frame__bar">
        <span className="frame__brand">
          <Mark size={24} />
          <span>Parley</span>
        </span>
        <nav aria-label="Rooms" className="frame__rooms">
          <RoomLink room="stage" current={room} go={go}>
            Stage
          </RoomLink>
          <RoomLink room="inbox" current={room} go={go}>
            Inbox
          </RoomLink>
        </nav>
        <Connection />
        <span className="frame__who" title={caller.principal}>
          {agent ? personName(agent) : "Staff"} <span className="muted">· {companyName(tenant.name)}</span>
        </span>
        <Button kind="quiet" onClick={switchTheme} aria-label={`Switch to ${theme === "dark" ? "light" : "dark"} colours`}>
          <Icon name={theme === "dark" ? "sun" : "moon"} />
        </Button>
        <Button kind="quiet" onClick={() => setHelping(true)} aria-label="Keyboard shortcuts">
          <Icon name="help" />
        </Button>
        <Button kind="quiet" onClick={signOut}>
          Sign out
        </Button>
      </header>
      {room === "stage" ? <Stage /> : <Inbox />}
      {helping && <Help room={room} onClose={() => setHelping(false)} />}
    </div>
  );
}
