import type { ApolloClient } from "@apollo/client";

import { MyVotesDocument } from "./MyVotes.generated";

/** What one person has said to a message without words. */
export interface Votes {
  upvoted: boolean;
  reactions: readonly string[];
}

const NONE: Votes = { upvoted: false, reactions: [] };

/** How many messages one question to the server may name. */
const BATCH = 100;

/** How many messages are remembered; those that nobody looks at are asked for again. */
const REMEMBERED = 1000;

/** The viewer's votes in one room, asked for in batches as messages come into view. */
export class VoteBook {
  readonly #client: ApolloClient;
  readonly #roomId: string;
  readonly #known = new Map<string, Votes>();
  readonly #listeners = new Set<() => void>();
  #wanted = new Set<string>();

  constructor(client: ApolloClient, roomId: string) {
    this.#client = client;
    this.#roomId = roomId;
  }

  of(messageId: string): Votes {
    return this.#known.get(messageId) ?? NONE;
  }

  /** Asks for the votes of a message, together with all others that come into view now. */
  want(messageId: string): void {
    if (this.#known.has(messageId)) return;
    if (this.#wanted.size === 0) setTimeout(() => void this.#ask(), 0);
    this.#wanted.add(messageId);
  }

  set(messageId: string, change: Partial<Votes>): void {
    this.#remember(messageId, { ...this.of(messageId), ...change });
    this.#tell();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async #ask(): Promise<void> {
    const ids = [...this.#wanted];
    this.#wanted = new Set();
    for (let start = 0; start < ids.length; start += BATCH) {
      const messageIds = ids.slice(start, start + BATCH);
      const variables = { roomId: this.#roomId, messageIds };
      // Without an answer no vote is shown as given; giving it again changes nothing.
      const result = await this.#client.query({ query: MyVotesDocument, variables, fetchPolicy: "no-cache" }).catch(() => null);
      for (const { messageId, upvoted, reactions } of result?.data?.room?.viewer.messageStates ?? []) {
        if (!this.#known.has(messageId)) this.#remember(messageId, { upvoted, reactions });
      }
      for (const id of messageIds) if (result && !this.#known.has(id)) this.#remember(id, NONE);
    }
    this.#tell();
  }

  #remember(messageId: string, votes: Votes): void {
    this.#known.delete(messageId);
    this.#known.set(messageId, votes);
    const [oldest] = this.#known.keys();
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
