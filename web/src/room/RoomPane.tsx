import { lazy, Suspense } from "react";

import { Waiting } from "../app/Gate";
import { useLanguage } from "../i18n/Language";
import { QuestionsPane } from "../questions/QuestionsPane";
import { ThreadPane } from "../thread/ThreadPane";
import type { Pane } from "./pane";
import { SidePane } from "./SidePane";

const ModerationPane = lazy(() => import("../moderation/ModerationPane"));

/** What the reader has opened beside the chat. */
export function RoomPane({ pane, onClose }: { pane: Pane | null; onClose: () => void }) {
  const { text } = useLanguage();
  if (!pane) return null;
  const title = { questions: text.questions.title, moderation: text.moderation.title, thread: text.thread.title }[pane.kind];
  return (
    <SidePane title={title} onClose={onClose}>
      <Suspense fallback={<Waiting />}>
        {pane.kind === "questions" && <QuestionsPane />}
        {pane.kind === "moderation" && <ModerationPane />}
        {pane.kind === "thread" && <ThreadPane key={pane.messageId} messageId={pane.messageId} />}
      </Suspense>
    </SidePane>
  );
}
