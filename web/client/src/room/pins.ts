import type { ApolloCache, Reference } from "@apollo/client";

import type { ReadField } from "../cache/messageList.ts";

/** Puts a message among what is pinned in its room, or takes it away. */
export function renewPins(cache: ApolloCache, roomId: string, { id, pinnedAt }: { id: string; pinnedAt: string | null }): void {
  const room = cache.identify({ __typename: "Room", id: roomId });
  if (room === undefined) return;
  cache.modify({
    id: room,
    fields: {
      pinnedMessages(pins: readonly Reference[], { readField, toReference }: Details) {
        const others = pins.filter((pin) => readField("id", pin) !== id);
        if (pinnedAt === null) return others.length === pins.length ? pins : others;
        const pin = toReference({ __typename: "Message", id });
        const at = (reference: Reference) => readField<string>("pinnedAt", reference) ?? "";
        return pin ? [...others, pin].sort((a, b) => (at(a) < at(b) ? -1 : 1)) : pins;
      },
    },
  });
}

interface Details {
  readField: ReadField;
  toReference: (object: { __typename: string; id: string }) => Reference | undefined;
}
