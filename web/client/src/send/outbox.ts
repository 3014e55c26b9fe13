import type { ApolloClient } from "@apollo/client";
import { BehaviorSubject } from "rxjs";

import type { MessageFieldsFragment, SendMessageInput, SendReplyInput } from "../generated/operations.ts";
import { putMessages } from "../room/applyBatch.ts";

/** A message as it came back from the server. */
export type SentMessage = MessageFieldsFragment;

/** A message that was written here and is not known to be in the room. Shown behind all that are. */
export interface PendingMessage {
  /** The key of the message, the same at each attempt. */
  readonly clientMessageId: string;
  /** The room, for a root message. */
  readonly roomId: string | undefined;
  /** The root message, for a reply. */
  readonly parentId: string | undefined;
  /** What is sent. */
  readonly input: Keyed<SendMessageInput> | Keyed<SendReplyInput>;
  /** When it was written. */
  readonly createdAt: Date;
  /** Whether it is on its way, or stays here until somebody decides. */
  readonly state: "sending" | "failed";
  /** Why it failed; `errorCode` reads it. */
  readonly error?: unknown;
  /** Sends a failed message again, with the same key: it will not be there twice. */
  readonly retry: () => void;
  /** Forgets a failed message. If it did arrive, it will show up as sent. */
  readonly discard: () => void;
}

/** An input with its key. */
export type Keyed<T> = T & { clientMessageId: string };
/** Sends a message once and gives back what became of it. */
export type Attempt = () => Promise<SentMessage>;

/** The messages that wait, of one client. */
export class Outbox {
  /** The messages that wait, oldest first, now and whenever that changes. */
  readonly pending = new BehaviorSubject<readonly PendingMessage[]>([]);

  #client: ApolloClient;

  /** Use `outboxOf`. */
  constructor(client: ApolloClient) {
    this.#client = client;
  }

  /** Sends a message, and shows it from now on. */
  send(message: Omit<PendingMessage, "state" | "retry" | "discard">, attempt: Attempt): Promise<SentMessage> {
    const { clientMessageId } = message;
    if (this.#find(clientMessageId)) return Promise.reject(new Error(`the message ${clientMessageId} is being sent already`));
    const entry: PendingMessage = {
      ...message,
      state: "sending",
      retry: () => {
        if (this.#find(clientMessageId)?.state !== "failed") return;
        this.#replace(clientMessageId, entry);
        this.#attempt(clientMessageId, attempt).catch(() => undefined);
      },
      discard: () => {
        if (this.#find(clientMessageId)?.state === "failed") this.#remove([clientMessageId]);
      },
    };
    this.pending.next([...this.pending.value, entry]);
    const sent = this.#attempt(clientMessageId, attempt);
    // Who looks at the outbox need not look at the promise too.
    sent.catch(() => undefined);
    return sent;
  }

  /** Forgets what has arrived. Call it once the messages are in the cache, so that none is missing in between. */
  confirm(messages: readonly SentMessage[]): void {
    const keys = messages.flatMap(({ clientMessageId }) => clientMessageId ?? []);
    if (keys.some((key) => this.#find(key))) this.#remove(keys);
  }

  async #attempt(clientMessageId: string, attempt: Attempt): Promise<SentMessage> {
    try {
      const sent = await attempt();
      putMessages(this.#client.cache, sent.roomId, [sent]);
      this.confirm([sent]);
      return sent;
    } catch (error) {
      const entry = this.#find(clientMessageId);
      if (entry) this.#replace(clientMessageId, { ...entry, state: "failed", error });
      throw error;
    }
  }

  #find(key: string): PendingMessage | undefined {
    return this.pending.value.find(({ clientMessageId }) => clientMessageId === key);
  }

  #replace(key: string, entry: PendingMessage): void {
    this.pending.next(this.pending.value.map((other) => (other.clientMessageId === key ? entry : other)));
  }

  #remove(keys: readonly string[]): void {
    this.pending.next(this.pending.value.filter(({ clientMessageId }) => !keys.includes(clientMessageId)));
  }
}

const outboxes = new WeakMap<ApolloClient, Outbox>();

/** The outbox of a client; each has one. */
export function outboxOf(client: ApolloClient): Outbox {
  const outbox = outboxes.get(client) ?? new Outbox(client);
  outboxes.set(client, outbox);
  return outbox;
}
