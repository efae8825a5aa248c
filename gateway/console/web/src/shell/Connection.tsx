import { useHealth } from "../api/health";
import "./Connection.css";

const texts = {
  idle: "",
  connecting: "Connecting …",
  live: "Live",
  broken: "Reconnecting …",
};

/** Whether what is on the screen is what is so. */
export function Connection() {
  const health = useHealth();
  return (
    <span className="connection" data-health={health} role="status" aria-label="Connection">
      {texts[health]}
    </span>
  );
}
