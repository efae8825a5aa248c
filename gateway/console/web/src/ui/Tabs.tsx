import "./Tabs.css";

interface Props<Name extends string> {
  label: string;
  names: readonly Name[];
  chosen: Name;
  choose: (name: Name) => void;
}

/** Which of several parts is shown, where there is room for one only. */
export function Tabs<Name extends string>({ label, names, chosen, choose }: Props<Name>) {
  return (
    <div className="tabs" role="group" aria-label={label}>
      {names.map((name) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => choose(name)}>
          {name}
        </button>
      ))}
    </div>
  );
}
