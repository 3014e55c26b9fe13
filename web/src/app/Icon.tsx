/** Strokes on a grid of 24, drawn for this app. */
const PATHS = {
  menu: "M12 12m-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0M12 5m-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0M12 19m-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0",
  more: "M5 12m-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0M12 12m-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0M19 12m-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0",
  check: "M5 12l5 5L19 7",
  blank: "",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  people: "M9 8m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0M3 20v-1a5 5 0 0 1 5-5h2a5 5 0 0 1 5 5v1M16 5a3 3 0 0 1 0 6M18 14.5a5 5 0 0 1 3 4.5v1",
  send: "M4 12L20 4l-5 16-3.5-6.5L4 12zM11.5 13.5L20 4",
  megaphone: "M4 10v4h3l8 4V6l-8 4H4zM18 9a4 4 0 0 1 0 6",
  pin: "M9 4h6l-1 6 3 3H7l3-3-1-6zM12 13v7",
  reply: "M5 6h14v9H11l-5 4v-4H5z",
  smile: "M12 12m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0M8.5 14.5a4 4 0 0 0 7 0M9 9.5v.5M15 9.5v.5",
  edit: "M4 20l1-4L16 5l3 3L8 19l-4 1z",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  flag: "M6 21V4h11l-2 4 2 4H6",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  question: "M12 12m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.8M12 16.7v.3",
  shield: "M12 3l7 3v6c0 4-3 7-7 9-4-2-7-5-7-9V6l7-3z",
  screen: "M4 5h16v11H4zM9 20h6M12 16v4",
  plus: "M12 5v14M5 12h14",
  mute: "M4 10v4h3l5 4V6L7 10H4zM16 9l5 6M21 9l-5 6",
  ban: "M12 12m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0M6 6l12 12",
  mask: "M4 9c3-2 5.5-2 8-.5C14.5 7 17 7 20 9c0 5-2 8-4.5 8-1.6 0-2-1.5-3.5-1.5S10.1 17 8.5 17C6 17 4 14 4 9zM7.5 11.5H10M14 11.5h2.5",
  hide: "M4 12c2-4 5-6 8-6s6 2 8 6c-2 4-5 6-8 6s-6-2-8-6zM4 4l16 16",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** A drawing beside words; it says nothing by itself, so what holds it has a label. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
