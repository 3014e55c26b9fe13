import type { Message } from "@plenary/apollo";
import { memo, useEffect, useRef, useState } from "react";

import { useLanguage } from "../i18n/Language";

/** How often new messages are read aloud, in milliseconds: nobody can listen to a crowd. */
const EVERY_MS = 5000;

/** Tells those who listen to the page what is new, now and then: how much, and the last of it. */
export const Announcer = memo(function Announcer({ messages, userId }: { messages: readonly Message[]; userId: string }) {
  const { text } = useLanguage();
  const [words, setWords] = useState("");
  const newest = messages.at(-1)?.seq ?? 0;
  const told = useRef(newest);
  const latest = useRef(messages);
  useEffect(() => {
    latest.current = messages;
  }, [messages]);

  const hasNews = newest > told.current;
  useEffect(() => {
    if (!hasNews) return;
    const timer = setTimeout(() => {
      const fresh = latest.current.filter(({ seq, author }) => seq > told.current && author?.userId !== userId);
      told.current = latest.current.at(-1)?.seq ?? 0;
      const last = fresh.at(-1);
      if (last) setWords(text.room.announce(fresh.length, text.room.from(last.author?.displayName ?? text.message.anonymous, last.content ?? "")));
    }, EVERY_MS);
    return () => clearTimeout(timer);
  }, [hasNews, userId, text]);
  return (
    <div className="visually-hidden" aria-live="polite" aria-atomic>
      {words}
    </div>
  );
});
