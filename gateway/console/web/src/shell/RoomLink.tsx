import type { ReactNode } from "react";
import type { Room } from "./useRoom";

interface Props {
  room: Room;
  current: Room;
  go: (room: Room) => void;
  children: ReactNode;
}

export function RoomLink({ room, current, go, children }: Props) {
  const click = (event: React.MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(room);
  };
  return (
    <a href={`/${room}`} aria-current={room === current ? "page" : undefined} onClick={click}>
      {children}
    </a>
  );
}
