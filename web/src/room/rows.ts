import type { Message, PendingMessage } from "@plenary/apollo";

import { isSameDay } from "../i18n/format";

/** One line of the chat: a message with what the one before it decides. */
export type Row =
  | { kind: "message"; key: string; message: Message; startsDay: boolean; startsGroup: boolean }
  | { kind: "pending"; key: string; pending: PendingMessage };

/** Messages of one author within this time stand below one name. */
const GROUP_MS = 5 * 60_000;

/** The lines of a chat: what is in the room, then what is on its way there. */
export function rowsOf(messages: readonly Message[], pending: readonly PendingMessage[]): Row[] {
  const rows: Row[] = messages.map((message, index) => {
    const before = messages[index - 1];
    const startsDay = !before || !isSameDay(new Date(before.createdAt), new Date(message.createdAt));
    return { kind: "message", key: message.id, message, startsDay, startsGroup: startsDay || !continues(before, message) };
  });
  return [...rows, ...pending.map((entry): Row => ({ kind: "pending", key: entry.clientMessageId, pending: entry }))];
}

function continues(before: Message | undefined, message: Message): boolean {
  return (
    before !== undefined &&
    before.kind === "CHAT" &&
    message.kind === "CHAT" &&
    before.author !== null &&
    before.author.userId === message.author?.userId &&
    before.author.displayName === message.author.displayName &&
    Date.parse(message.createdAt) - Date.parse(before.createdAt) < GROUP_MS
  );
}
