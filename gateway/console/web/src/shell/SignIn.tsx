import { useState } from "react";
import { Button } from "../ui/Button";
import { Mark } from "../ui/Mark";
import "./SignIn.css";

interface Props {
  problem: string | undefined;
  onSignIn: (key: string) => Promise<void>;
}

export function SignIn({ problem, onSignIn }: Props) {
  const [key, setKey] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await onSignIn(key.trim());
    setBusy(false);
  };
  return (
    <main className="sign-in">
      <form className="sign-in__card" onSubmit={submit}>
        <Mark size={40} />
        <h1>Sign in to Parley</h1>
        <p className="muted">One conversation with every customer, whatever the channel.</p>
        <label htmlFor="key">Your key</label>
        <input
          id="key"
          type="password"
          autoComplete="off"
          autoFocus
          required
          value={key}
          onChange={(event) => setKey(event.target.value)}
          aria-describedby="key-hint"
          aria-invalid={problem ? true : undefined}
        />
        <p id="key-hint" className="sign-in__hint muted">
          It is kept in this tab only. <code>parley up</code> prints the keys of its demo company.
        </p>
        <p className="problem" role="alert">
          {problem}
        </p>
        <Button type="submit" kind="primary" disabled={busy || !key.trim()}>
          {busy ? "Signing in …" : "Sign in"}
        </Button>
      </form>
    </main>
  );
}
