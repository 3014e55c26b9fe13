import { useMutation } from "@apollo/client/react";
import type { Message } from "@plenary/apollo";
import { useEffect, useSyncExternalStore } from "react";

import { useNotify } from "../app/Notices";
import { useRoomView } from "./RoomContext";
import { SetReactionDocument, SetUpvoteDocument } from "./SetUpvote.generated";
import type { Votes } from "./votes";

interface MyVotes extends Votes {
  toggleUpvote: () => void;
  toggleReaction: (name: string) => void;
}

/** The viewer's votes on a message, and how to change them: shown at once, taken back when the server refuses. */
export function useVotes({ id, upvoteCount, reactions: counted }: Message): MyVotes {
  const { votes: book } = useRoomView();
  const notify = useNotify();
  const votes = useSyncExternalStore(book.subscribe, () => book.of(id));
  const [setUpvote] = useMutation(SetUpvoteDocument);
  const [setReaction] = useMutation(SetReactionDocument);
  const hasAny = upvoteCount > 0 || counted.length > 0;
  useEffect(() => {
    if (hasAny) book.want(id);
  }, [book, id, hasAny]);

  const change = (wanted: Partial<Votes>, request: Promise<unknown>) => {
    const before = book.of(id);
    book.set(id, wanted);
    request.catch((error: unknown) => {
      book.set(id, before);
      notify.error(error);
    });
  };
  return {
    ...votes,
    toggleUpvote: () => {
      const upvoted = !votes.upvoted;
      change({ upvoted }, setUpvote({ variables: { input: { messageId: id, upvoted } } }));
    },
    toggleReaction: (name) => {
      const on = !votes.reactions.includes(name);
      const reactions = on ? [...votes.reactions, name] : votes.reactions.filter((other) => other !== name);
      change({ reactions }, setReaction({ variables: { input: { messageId: id, name, on } } }));
    },
  };
}
