import { useLayoutEffect, useRef } from "react";

/** How near the end, in pixels, counts as being there. */
const near = 120;

/** Keeps a list at its end while it grows, or its window shrinks, unless the reader has gone back. */
export function useFollow<T extends HTMLElement = HTMLDivElement>(length: number) {
  const list = useRef<T>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const look = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < near;
    };
    const grow = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener("scroll", look, { passive: true });
    for (const each of [element, ...element.children]) grow.observe(each);
    return () => {
      element.removeEventListener("scroll", look);
      grow.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    if (length === 0) atEnd.current = true;
    if (atEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [length]);
  return list;
}
