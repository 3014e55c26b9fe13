import { useApolloClient } from "@apollo/client/react";
import type { Room as RoomData, RoomEventBatch } from "@plenary/apollo";
import { useRoom } from "@plenary/apollo/react";
import { useCallback, useMemo, useState } from "react";
import { Subject } from "rxjs";

import { Waiting } from "../app/Gate";
import { ReviewQueueProvider } from "../moderation/ReviewQueue";
import { isQuestion } from "../questions/usePendingQuestions";
import { Chat } from "./Chat";
import { ConnectionBar } from "./ConnectionBar";
import { Dialogs } from "./Dialogs";
import { type Burst, FloatingReactions } from "./FloatingReactions";
import { type Pane, usePane } from "./pane";
import { PinnedMessages } from "./PinnedMessages";
import classes from "./Room.module.css";
import { RoomClosed } from "./RoomClosed";
import { RoomContext, type Request, type RoomView } from "./RoomContext";
import { RoomHeader } from "./RoomHeader";
import { RoomPane } from "./RoomPane";
import { UnsentBar } from "./UnsentBar";
import { useViewerEvents } from "./useViewerEvents";
import { VoteBook } from "./votes";

interface Props {
  roomId: string;
  onRetry: () => void;
}

/** One room: its chat, and beside it what the reader has opened. */
export function Room({ roomId, onRetry }: Props) {
  const [pane, setPane] = usePane();
  const [request, setRequest] = useState<Request | null>(null);
  const [bursts] = useState(() => new Subject<Burst>());
  const [skipped, setSkipped] = useState(0);
  const onBatch = useCallback(
    ({ reactions, skippedMessages }: RoomEventBatch) => {
      if (reactions.length > 0) bursts.next(reactions);
      if (skippedMessages > 0) setSkipped((before) => before + skippedMessages);
    },
    [bursts],
  );
  const [ban, onViewerEvent] = useViewerEvents(roomId);
  const { room, messages, pending, hasOlder, state, loadOlder, setAtEnd } = useRoom(roomId, { onBatch, onViewerEvent });
  // What was asked waits where it was asked.
  const said = useMemo(() => pending.filter((entry) => !isQuestion(entry)), [pending]);
  const view = useRoomContext(roomId, room, setPane, setRequest);

  if (state.status === "closed" || ban) return <RoomClosed error={state.status === "closed" ? state.error : undefined} ban={ban} onRetry={onRetry} />;
  if (!room || !view) return <Waiting />;
  return (
    <RoomContext value={view}>
      <title>{room.name}</title>
      <ReviewQueueProvider>
        <div className={classes.page} data-following={state.status}>
          <RoomHeader participantCount={room.participantCount} pane={pane} onPane={setPane} />
          <ConnectionBar isReloaded={state.status === "following" && state.resume === "GAP"} />
          <UnsentBar pane={pane} onPane={setPane} />
          <div className={classes.columns} data-pane={pane !== null || undefined}>
            <main id="content" className={classes.chat}>
              <PinnedMessages messages={room.pinnedMessages} />
              <Chat messages={messages} pending={said} hasOlder={hasOlder} loadOlder={loadOlder} onAtEnd={setAtEnd} skipped={skipped} />
              <FloatingReactions bursts={bursts} />
            </main>
            <RoomPane pane={pane} onClose={() => setPane(null)} />
          </div>
          <Dialogs request={request} onClose={() => setRequest(null)} />
        </div>
      </ReviewQueueProvider>
    </RoomContext>
  );
}

/** What the parts of the page know of the room: the same object until its settings or the viewer's place change. */
function useRoomContext(roomId: string, room: RoomData | undefined, setPane: (pane: Pane) => void, ask: RoomView["ask"]): RoomView | null {
  const client = useApolloClient();
  const votes = useMemo(() => new VoteBook(client, roomId), [client, roomId]);
  const { id, name, status, startsAt = null, settings, viewer } = room ?? {};
  return useMemo(() => {
    if (!id || name === undefined || !status || !settings || !viewer) return null;
    return {
      id,
      name,
      status,
      startsAt,
      settings,
      viewer,
      votes,
      ask,
      can: (capability) => viewer.capabilities.includes(capability),
      openThread: (messageId) => setPane({ kind: "thread", messageId }),
    };
  }, [id, name, status, startsAt, settings, viewer, votes, ask, setPane]);
}
