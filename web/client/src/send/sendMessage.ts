import type { ApolloClient } from "@apollo/client";

import { SendMessageDocument, type SendMessageInput, SendReplyDocument, type SendReplyInput } from "../generated/operations.ts";
import { outboxOf, type SentMessage } from "./outbox.ts";
import { uuid } from "./uuid.ts";

/**
 * Sends a message, which is at once in the outbox and once in the room, however often it has to be tried.
 *
 * Rejects when it is refused or could not be sent; the outbox keeps it then, with `retry` and `discard`.
 */
export function sendMessage(client: ApolloClient, input: SendMessageInput): Promise<SentMessage> {
  const keyed = withKey(input);
  const { clientMessageId, roomId } = keyed;
  return outboxOf(client).send(
    { clientMessageId, roomId, parentId: undefined, input: keyed, createdAt: new Date() },
    async () => {
      const { data } = await client.mutate({ mutation: SendMessageDocument, variables: { input: keyed }, fetchPolicy: "no-cache" });
      return answered(data?.sendMessage);
    },
  );
}

/** Likewise, a reply to a message. */
export function sendReply(client: ApolloClient, input: SendReplyInput): Promise<SentMessage> {
  const keyed = withKey(input);
  const { clientMessageId, messageId } = keyed;
  return outboxOf(client).send(
    { clientMessageId, roomId: undefined, parentId: messageId, input: keyed, createdAt: new Date() },
    async () => {
      const { data } = await client.mutate({ mutation: SendReplyDocument, variables: { input: keyed }, fetchPolicy: "no-cache" });
      return answered(data?.sendReply);
    },
  );
}

function withKey<T extends { clientMessageId?: string | null | undefined }>(input: T): T & { clientMessageId: string } {
  return { ...input, clientMessageId: input.clientMessageId ?? uuid() };
}

function answered(message: SentMessage | undefined): SentMessage {
  if (!message) throw new Error("the server answered without the message");
  return message;
}
