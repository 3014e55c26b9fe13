import { ApolloClient, ApolloLink } from "@apollo/client";
import { Observable, Subject } from "rxjs";

import { type ErrorCode, PlenaryCache, type Room, type RoomEventBatch, type SentMessage } from "../../src/index.ts";

/** A server that a test plays: it answers when it is told to. */
export class FakeServer {
  readonly client: ApolloClient;
  /** The batches of a room, to whoever follows it. */
  readonly batches = new Subject<RoomEventBatch>();
  /** What was asked, by the names of the operations, oldest first. */
  readonly asked: { name: string; variables: Record<string, unknown> }[] = [];

  /** With which codes the next subscriptions to `viewerEvents` are refused. */
  readonly refusals: ErrorCode[] = [];

  #room: () => Room | Error;
  #waiting: { succeed: (message: SentMessage) => void; fail: (error: unknown) => void }[] = [];

  constructor(room: () => Room | Error) {
    this.#room = room;
    const link = new ApolloLink((operation) => this.#answer(operation));
    this.client = new ApolloClient({ link, cache: new PlenaryCache() });
  }

  /** Answers the oldest mutation that waits. */
  async succeed(message: SentMessage): Promise<void> {
    this.#waiting.shift()!.succeed(message);
    await macrotask();
  }

  /** Lets the oldest mutation that waits fail. */
  async fail(error: unknown): Promise<void> {
    this.#waiting.shift()!.fail(error);
    await macrotask();
  }

  /** The variables of the operations of that name. */
  variablesOf(wanted: string): Record<string, unknown>[] {
    return this.asked.flatMap(({ name, variables }) => (name === wanted ? [variables] : []));
  }

  #answer({ operationName = "", variables }: ApolloLink.Operation): Observable<ApolloLink.Result> {
    this.asked.push({ name: operationName, variables });
    return new Observable((observer) => {
      const answer = (data: Record<string, unknown>) => {
        observer.next({ data });
        observer.complete();
      };
      switch (operationName) {
        case "SendMessage":
          this.#waiting.push({ succeed: (sendMessage) => answer({ sendMessage }), fail: (error) => observer.error(error) });
          return;
        case "RoomEvents":
          return this.batches.subscribe({
            next: (roomEvents) => observer.next({ data: { roomEvents } }),
            complete: () => observer.complete(),
          });
        case "ViewerEvents": {
          const refused = this.refusals.shift();
          if (refused) observer.next({ errors: [{ message: "no", extensions: { code: refused } }] });
          if (refused) observer.complete();
          return;
        }
        default: {
          const room = this.#room();
          if (room instanceof Error) observer.error(room);
          else answer({ room });
        }
      }
    });
  }
}

/** Lets everything happen that is due. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
