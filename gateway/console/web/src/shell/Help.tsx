import { useEffect, useRef } from "react";
import { Button } from "../ui/Button";
import type { Room } from "./useRoom";
import "./Help.css";

const everywhere = [
  ["?", "These shortcuts"],
  ["g s", "Go to the Stage"],
  ["g i", "Go to the Inbox"],
  ["t", "Light or dark"],
  ["Esc", "Leave what you type in, or close this"],
];

const inRoom: Record<Room, string[][]> = {
  stage: [
    ["1 – 4", "WhatsApp, SMS, email, web chat on the phone"],
    ["w", "Write on the phone"],
    ["c", "Choose the customer"],
    ["e", "Show or hide why, for every message"],
    ["Enter", "Send (Shift Enter: a new line)"],
  ],
  inbox: [
    ["a", "Accept the offer"],
    ["x", "Decline the offer"],
    ["j  k", "Next, previous conversation"],
    ["r", "Reply"],
    ["Ctrl Enter", "Send the reply"],
    ["d", "Done: complete the conversation"],
    ["b", "Give it back to the queue"],
    ["v", "Available, or away"],
    ["e", "Show or hide why, for every message"],
  ],
};

export function Help({ room, onClose }: { room: Room; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="help" onClose={onClose} aria-labelledby="help-title">
      <h2 id="help-title">Keyboard shortcuts</h2>
      <ShortcutList title={room === "stage" ? "On the Stage" : "In the Inbox"} rows={inRoom[room]} />
      <ShortcutList title="Everywhere" rows={everywhere} />
      <Button onClick={() => dialog.current?.close()}>Close</Button>
    </dialog>
  );
}

function ShortcutList({ title, rows }: { title: string; rows: string[][] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {rows.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
