import { useId, type ReactNode } from "react";

interface Props {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}

/** One card of the records. */
export function Section({ title, aside, children }: Props) {
  const id = useId();
  return (
    <section className="record" aria-labelledby={id}>
      <header className="record__head">
        <h3 id={id}>{title}</h3>
        {aside}
      </header>
      {children}
    </section>
  );
}
