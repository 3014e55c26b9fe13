import { Refusal } from "./remote.mjs";

/** What an application is told instead of an answer. */
export async function refusal(answer) {
  try {
    const value = await answer;
    throw new Error(`not refused, but ${JSON.stringify(value)}`);
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
}

/** Waits for so many messages from `roomEvents`. */
export async function takeMessages(stream, count) {
  const messages = [];
  while (messages.length < count) {
    const { events } = (await stream.take()).roomEvents;
    const sent = events.filter(({ __typename }) => __typename === "MessageSent");
    messages.push(...sent.map(({ message }) => plain(message)));
  }
  return messages;
}

/** The messages on a page of a room. */
export function messagesOf(room) {
  return room.messages.nodes.map(plain);
}

/** The root fields of all that the node pushes to this application from now on. */
export function fieldsReceived(application) {
  const fields = new Set();
  application.events.on("frame", ({ type, payload }) => {
    if (type === "next" || type === "data") for (const field of Object.keys(payload.data ?? {})) fields.add(field);
  });
  return fields;
}

// Some clients ask for `__typename` everywhere.
function plain({ id, content, seq }) {
  return { id, content, seq };
}
