import { useSendMessage } from "@plenary/apollo/react";
import { Checkbox } from "@mantine/core";
import { useState } from "react";

import { useNotify } from "../app/Notices";
import { useLanguage } from "../i18n/Language";
import { Composer } from "../room/Composer";
import { useRoomView } from "../room/RoomContext";
import { useSending } from "../room/useSending";
import classes from "./Questions.module.css";

/** Asks a question to the stage, without one's name where the room allows it. */
export function AskQuestion() {
  const { text } = useLanguage();
  const { id, settings, can, viewer } = useRoomView();
  const notify = useNotify();
  const { blocked, waitSeconds, follow } = useSending("question");
  const sendMessage = useSendMessage(id);
  const [isAnonymous, setAnonymous] = useState(false);
  const isHeld = settings.reviewMode !== "OFF" && viewer.role === "PARTICIPANT";
  const ask = (content: string) => {
    const sent = sendMessage(content, { kind: "QUESTION", anonymous: isAnonymous && settings.anonymousQuestions });
    follow(sent);
    sent.then(
      () => isHeld && notify.success(text.composer.heldNotice),
      // The pane keeps it, to be sent again.
      () => undefined,
    );
  };
  return (
    <div className={classes.ask}>
      <Composer label={text.questions.ask} placeholder={text.questions.placeholder} maxLength={settings.maxMessageLength} blocked={blocked} waitSeconds={waitSeconds} onSend={ask} />
      {settings.anonymousQuestions && can("ASK_QUESTION") && blocked === null && (
        <Checkbox size="xs" className={classes.anonymous} label={text.questions.anonymous} checked={isAnonymous} onChange={(event) => setAnonymous(event.target.checked)} />
      )}
    </div>
  );
}
