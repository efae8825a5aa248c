import { useState, type RefObject } from "react";
import type { Sandbox } from "../api/sandbox";
import { channelLabel } from "../api/channels";
import { Icon } from "../ui/Icon";
import type { PhoneApp } from "./apps";

interface Props {
  app: PhoneApp;
  address: string;
  /** As whom the customer is signed in at the company's site. */
  customer: string | undefined;
  /** What there is to say at a click. */
  lines: readonly string[];
  language: string;
  sandbox: Sandbox;
  input: RefObject<HTMLTextAreaElement | null>;
  onSent: () => void;
}

/** Where one writes as the customer. The lines of the story are at hand. */
export function PhoneComposer({ app, address, customer, lines, language, sandbox, input, onSent }: Props) {
  const [text, setText] = useState("");
  const [subject, setSubject] = useState("My bill");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const send = async (words: string) => {
    if (!words.trim() || busy) return;
    setBusy(true);
    setProblem("");
    try {
      const mail = app.channel === "email" ? { subject } : {};
      await sandbox.write({ channel: app.channel, from: address, text: words.trim(), customer, ...mail });
      setText("");
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
    onSent();
  };
  return (
    <form
      className="phone__composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send(text);
        input.current?.focus();
      }}
    >
      <div className="phone__lines" role="group" aria-label="Say a line of the story" lang={language}>
        {lines.map((line) => (
          <button key={line} type="button" onClick={() => void send(line)} disabled={busy}>
            {line}
          </button>
        ))}
      </div>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {app.channel === "email" && (
        <input aria-label="Subject" value={subject} onChange={(event) => setSubject(event.target.value)} />
      )}
      <div className="phone__write">
        <textarea
          ref={input}
          rows={1}
          aria-label={`Write by ${channelLabel(app.channel)}`}
          placeholder={app.placeholder}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void send(text);
          }}
        />
        <button type="submit" className="phone__send" aria-label="Send" disabled={busy || !text.trim()}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
