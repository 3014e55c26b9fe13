import { refusal } from "@plenary/apollo";
import { useCallback, useState } from "react";

import { useLanguage } from "../i18n/Language";
import { useCountdown } from "./useCountdown";
import { useRoomView } from "./RoomContext";

/** What a composer needs to know of the viewer: why not, how long not, and how to learn from an answer. */
export interface Sending {
  /** Why the viewer may not write here at all, in words. */
  blocked: string | null;
  /** Until the next message may be sent. */
  waitSeconds: number;
  /** Follows a message on its way: one that was sent or refused says when the next may go. */
  follow: (sent: Promise<unknown>) => void;
}

/** What somebody wants to send. */
type Kind = "chat" | "reply" | "question";

const CAPABILITIES = { chat: "SEND_MESSAGE", reply: "REPLY", question: "ASK_QUESTION" } as const;

/** Whether the viewer may send such messages, and when. */
export function useSending(what: Kind): Sending {
  const { settings, viewer } = useRoomView();
  const [sendAt, setSendAt] = useState(() => Date.parse(viewer.canSendAt ?? "") || 0);
  const isStaff = viewer.role !== "PARTICIPANT";
  const { slowModeSeconds } = settings;

  const follow = useCallback(
    (sent: Promise<unknown>) => {
      if (slowModeSeconds > 0 && !isStaff) setSendAt(Date.now() + slowModeSeconds * 1000);
      // The list shows the message as not sent, with the reason.
      sent.catch((error: unknown) => {
        const refused = refusal(error);
        if (refused?.retryAfterMs) setSendAt(Date.now() + refused.retryAfterMs);
      });
    },
    [slowModeSeconds, isStaff],
  );
  return { blocked: useBlocked(what), waitSeconds: useCountdown(sendAt), follow };
}

function useBlocked(what: Kind): string | null {
  const { text, format } = useLanguage();
  const { can, settings, status, viewer } = useRoomView();
  const isMuted = useCountdown(Date.parse(viewer.mutedUntil ?? "") || 0) > 0;
  const isStaff = viewer.role !== "PARTICIPANT";
  if (status === "CLOSED" || (status !== "OPEN" && !isStaff)) return text.composer[status];
  if (isMuted && viewer.mutedUntil) {
    return viewer.mutedUntil.startsWith("9999") ? text.composer.muted : text.composer.mutedUntil(format.dateTime(viewer.mutedUntil));
  }
  if (!can(CAPABILITIES[what])) return text.composer.notAllowed;
  if (what === "chat" && !settings.chatEnabled && !isStaff) return text.composer.chatDisabled;
  if (what === "question" && !settings.questionsEnabled && !isStaff) return text.questions.disabled;
  if (what === "reply" && !settings.participantsCanReply && !isStaff) return text.thread.notAllowed;
  return null;
}
