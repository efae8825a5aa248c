import { useCallback, useEffect, useState } from "react";

const rooms = ["stage", "inbox"] as const;
export type Room = (typeof rooms)[number];

/** The room that the address names, and the way to another. */
export function useRoom(home: Room): [Room, (room: Room) => void] {
  const [room, setRoom] = useState<Room>(() => roomOf(window.location.pathname) ?? home);
  useEffect(() => {
    const back = () => setRoom(roomOf(window.location.pathname) ?? home);
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, [home]);
  useEffect(() => {
    document.title = `${room === "stage" ? "Stage" : "Inbox"} · Parley`;
  }, [room]);
  const go = useCallback((to: Room) => {
    window.history.pushState(null, "", `/${to}`);
    setRoom(to);
  }, []);
  return [room, go];
}

function roomOf(path: string): Room | undefined {
  return rooms.find((room) => path === `/${room}`);
}
