/** Brings the message that something cites before the reader, where the timeline is on the page. */
export function showMessage(id: string): void {
  requestAnimationFrame(() => bring(id)); // it may be about to be shown
}

function bring(id: string): void {
  const line = document.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(id)}"]`);
  if (!line) return;
  line.scrollIntoView({ block: "center", behavior: "smooth" });
  line.querySelector<HTMLElement>(".line__card")?.animate([{ outline: "3px solid var(--accent)" }, { outline: "3px solid transparent" }], {
    duration: 1_600,
    easing: "ease-in",
  });
}
