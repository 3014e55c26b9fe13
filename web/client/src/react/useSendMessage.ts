import { useApolloClient } from "@apollo/client/react";
import { useCallback } from "react";

import type { SendMessageInput, SendReplyInput } from "../generated/operations.ts";
import type { SentMessage } from "../send/outbox.ts";
import { sendMessage, sendReply } from "../send/sendMessage.ts";

/** A function that sends a message to a room; `useRoom` shows it as pending until it is there. */
export function useSendMessage(roomId: string): (content: string, more?: Partial<SendMessageInput>) => Promise<SentMessage> {
  const client = useApolloClient();
  return useCallback((content, more) => sendMessage(client, { ...more, roomId, content }), [client, roomId]);
}

/** A function that sends a reply to a message. */
export function useSendReply(messageId: string): (content: string, more?: Partial<SendReplyInput>) => Promise<SentMessage> {
  const client = useApolloClient();
  return useCallback((content, more) => sendReply(client, { ...more, messageId, content }), [client, messageId]);
}
