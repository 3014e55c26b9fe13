import type { Dictionary } from "./en";

/** Dates and numbers in the words of one language. */
export type Format = ReturnType<typeof format>;

/** Makes the formatters of a language once: they are costly to make and cheap to use. */
export function format(language: string, text: Dictionary) {
  const time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const count = new Intl.NumberFormat(language);
  return {
    time: (instant: string) => time.format(new Date(instant)),
    dateTime: (instant: string) => dateTime.format(new Date(instant)),
    count: (value: number) => count.format(value),
    /** "Today", "Yesterday", or the date. */
    day: (instant: string, now = new Date()) => {
      const date = new Date(instant);
      if (isSameDay(date, now)) return text.room.today;
      const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
      return isSameDay(date, yesterday) ? text.room.yesterday : day.format(date);
    },
  };
}

/** Whether both are on one day, where the reader is. */
export function isSameDay(a: Date, b: Date): boolean {
  return a.getDate() === b.getDate() && a.getMonth() === b.getMonth() && a.getFullYear() === b.getFullYear();
}
