import mark from "./mark.svg";

/** Parley's mark. The name stands beside it, so it has none of its own. */
export function Mark({ size }: { size: number }) {
  return <img src={mark} width={size} height={size} alt="" />;
}
