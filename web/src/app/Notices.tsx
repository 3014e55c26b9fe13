import { Alert } from "@mantine/core";
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from "react";

import { describeError } from "../i18n/describeError";
import { useLanguage } from "../i18n/Language";
import classes from "./Notices.module.css";

interface Notice {
  id: number;
  color: "red" | "green";
  words: string;
}

interface Notify {
  error: (error: unknown) => void;
  success: (words: string) => void;
}

/** How long a notice stays, in milliseconds. */
const STAY_MS = 6000;

/** How many stand at once; the oldest go first. */
const MOST = 3;

const NotifyContext = createContext<Notify | null>(null);

/** Tells the reader how something went that has no place of its own on the page. */
export function useNotify(): Notify {
  const notify = use(NotifyContext);
  if (!notify) throw new Error("useNotify needs Notices above it");
  return notify;
}

export function Notices({ children }: { children: ReactNode }) {
  const { text, format } = useLanguage();
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const close = useCallback((id: number) => setNotices((shown) => shown.filter((notice) => notice.id !== id)), []);
  const notify = useMemo(() => {
    const show = (color: Notice["color"], words: string) =>
      setNotices((shown) => [...shown, { id: (shown.at(-1)?.id ?? 0) + 1, color, words }].slice(-MOST));
    return {
      error: (error: unknown) => show("red", describeError(error, text, format)),
      success: (words: string) => show("green", words),
    };
  }, [text, format]);
  return (
    <NotifyContext value={notify}>
      {children}
      <div className={classes.notices} role="status">
        {notices.map((notice) => (
          <NoticeItem key={notice.id} notice={notice} onClose={close} />
        ))}
      </div>
    </NotifyContext>
  );
}

function NoticeItem({ notice: { id, color, words }, onClose }: { notice: Notice; onClose: (id: number) => void }) {
  const { text } = useLanguage();
  useEffect(() => {
    const timer = setTimeout(() => onClose(id), STAY_MS);
    return () => clearTimeout(timer);
  }, [id, onClose]);
  return (
    <Alert className={classes.notice} color={color} withCloseButton closeButtonLabel={text.close} onClose={() => onClose(id)}>
      {words}
    </Alert>
  );
}
