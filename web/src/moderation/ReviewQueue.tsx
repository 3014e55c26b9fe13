import { useFragment, useQuery, useSubscription } from "@apollo/client/react";
import { useConnectionState } from "@plenary/apollo/react";
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";

import { useAccount } from "../app/Gate";
import { useRoomView } from "../room/RoomContext";
import { HeldMessagesDocument, ModerationEventsDocument, type ReviewItemFragment, ReviewItemFragmentDoc } from "./Review.generated";

/** A message that was reported while this page was in the room. */
export interface Report {
  message: ReviewItemFragment;
  reportCount: number;
  /** Of the last report. */
  reason: string;
}

/** What those who keep order have to look at. */
export interface ReviewQueue {
  /** What waits for a review, oldest first; undefined until it was read. */
  held: readonly ReviewItemFragment[] | undefined;
  /** What was reported, newest first. */
  reports: readonly Report[];
  /** How many there are of both. */
  waiting: number;
  /** Whether more is held than was read. */
  hasMore: boolean;
  error: unknown;
  refetch: () => void;
  /** Takes a report off the list. */
  forget: (messageId: string) => void;
}

/** How many reported messages are kept: the newest. */
const MOST_REPORTS = 50;

/** How often the held messages are read again, in milliseconds: of what a colleague rejects nobody is told. */
const POLL_MS = 30_000;

const NOTHING: ReviewQueue = { held: undefined, reports: [], waiting: 0, hasMore: false, error: undefined, refetch: () => undefined, forget: () => undefined };

const ReviewQueueContext = createContext<ReviewQueue>(NOTHING);

/** What waits in the room that is on the screen; nothing for who may not see it. */
export function useReviewQueue(): ReviewQueue {
  return use(ReviewQueueContext);
}

/** Looks after what waits, as long as the room is open, whatever stands beside the chat. */
export function ReviewQueueProvider({ children }: { children: ReactNode }) {
  const skip = !useRoomView().can("REVIEW");
  const { held, hasMore, error, refetch } = useHeld(skip);
  const [reports, forget] = useReports(skip, refetch);
  const queue = useMemo(
    () => (skip ? NOTHING : { held, reports, waiting: (held?.length ?? 0) + reports.length, hasMore, error, refetch, forget }),
    [skip, held, reports, hasMore, error, refetch, forget],
  );
  return <ReviewQueueContext value={queue}>{children}</ReviewQueueContext>;
}

function useHeld(skip: boolean) {
  const { id: roomId } = useRoomView();
  const { data, error, refetch } = useQuery(HeldMessagesDocument, { variables: { roomId }, fetchPolicy: "network-only", pollInterval: POLL_MS, skip });
  const page = data?.room?.heldMessages;
  const again = useMemo(() => () => void refetch().catch(() => undefined), [refetch]);
  const isLive = useConnectionState(useAccount().link).status === "live";
  // What was held while the connection was lost is told to nobody again.
  useEffect(() => {
    if (isLive && !skip) again();
  }, [isLive, skip, again]);
  // What was approved in the meantime is known by the room's stream.
  const held = useMemo(() => page?.nodes.filter(({ status }) => status === "HELD"), [page]);
  return { held, hasMore: page?.pageInfo.hasNextPage ?? false, error, refetch: again };
}

function useReports(skip: boolean, onHeld: () => void): [readonly Report[], (messageId: string) => void] {
  const { id: roomId } = useRoomView();
  const [reports, setReports] = useState<readonly Report[]>([]);
  const { restart } = useSubscription(ModerationEventsDocument, {
    variables: { roomId },
    fetchPolicy: "no-cache",
    skip,
    onData: ({ data: { data: told } }) => {
      const event = told?.moderationEvents;
      if (event?.__typename === "MessageHeld") onHeld();
      if (event?.__typename !== "MessageReported") return;
      const { message, reportCount, reason } = event;
      setReports((known) => [{ message, reportCount, reason }, ...known.filter((other) => other.message.id !== message.id)].slice(0, MOST_REPORTS));
    },
    // The server lets those go who do not keep up.
    onComplete: () => {
      restart();
      onHeld();
    },
  });
  const forget = useMemo(() => (id: string) => setReports((known) => known.filter(({ message }) => message.id !== id)), []);
  return [useNotDeleted(reports), forget];
}

/** A report is settled, too, when somebody else deletes the message. */
function useNotDeleted(reports: readonly Report[]): readonly Report[] {
  const from = useMemo(() => reports.map(({ message: { id } }) => ({ __typename: "Message" as const, id })), [reports]);
  const { data } = useFragment({ fragment: ReviewItemFragmentDoc, from });
  return useMemo(() => reports.filter((_, index) => data[index]?.status !== "DELETED"), [reports, data]);
}
