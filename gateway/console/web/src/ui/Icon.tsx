const paths = {
  whatsapp: "M4 20l1.2-4A8 8 0 1 1 8 18.9L4 20Zm5-11c0 4 3 6 5.5 6l1.2-1.8-2.2-1.1-1 .9c-1-.5-1.8-1.3-2.3-2.3l.9-1L10 7.5 9 9Z",
  sms: "M4 6.5A1.5 1.5 0 0 1 5.5 5h13A1.5 1.5 0 0 1 20 6.5v9a1.5 1.5 0 0 1-1.5 1.5H11l-4 3v-3H5.5A1.5 1.5 0 0 1 4 15.5v-9ZM8.5 11h.01M12 11h.01M15.5 11h.01",
  email: "M4 6.5h16v11H4v-11Zm0 .5 8 6 8-6",
  web: "M3.5 5h17v12h-7l-4 3v-3h-6V5Zm0 3.5h17",
  other: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 5v3m0 3h.01",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-5v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  help: "M9.5 9.2a2.6 2.6 0 1 1 3.6 2.4c-.7.3-1.1.9-1.1 1.6v.3m0 3h.01M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z",
  send: "M4 12 20 4l-4 16-4-7-8-1Zm8 1 8-9",
  right: "M5 12h14m-5-5 5 5-5 5",
  down: "M6 9.5l6 6 6-6",
  person: "M12 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM5 20a7 7 0 0 1 14 0",
  spark: "M12 4l1.8 5.2L19 11l-5.2 1.8L12 18l-1.8-5.2L5 11l5.2-1.8L12 4Z",
} as const;

export type IconName = keyof typeof paths;

/** A line icon in the colour of the text. It says nothing to screen readers: the words beside it do. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

export function channelIcon(channel: string): IconName {
  return channel in paths ? (channel as IconName) : "other";
}
