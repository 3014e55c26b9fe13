import type { ApolloClient } from "@apollo/client";
import { BehaviorSubject, type Subscription } from "rxjs";

import { errorCode } from "../errors.ts";
import { RoomEventsDocument, type RoomEventsSubscription } from "../generated/operations.ts";
import type { Resume } from "../generated/enums.ts";
import { fullJitter } from "../link/backoff.ts";
import { passesAfterMs } from "../link/retryLink.ts";
import { outboxOf } from "../send/outbox.ts";
import { applyBatch, type RoomEventBatch } from "./applyBatch.ts";
import { reloadRoom } from "./readRoom.ts";

/** How a room is followed. */
export interface FollowOptions {
  /** The room. */
  roomId: string;
  /** The `cursor` that came with the room when it was read. */
  after: string;
  /** How many messages are read after a gap. */
  pageSize?: number;
  /** Told of each batch once it is in the cache: for reactions, custom events and the count of what was not shown. */
  onBatch?: (batch: RoomEventBatch) => void;
}

/** How the following of a room stands. */
export type FollowState =
  /** Subscribed, or about to be; what the server knows comes with the first batch. */
  | { status: "joining" }
  /** All that happens arrives. `resume` says how it began: nothing missed, replayed, or read anew after a gap. */
  | { status: "following"; resume: Resume }
  /** Too much was missed to replay: the room is read again. */
  | { status: "reloading" }
  /** Over. `error` is why; without it, `close` was called. */
  | { status: "closed"; error?: unknown };

/** Follows a room from a cursor on and keeps the cache up to date, until it is closed or refused. */
export function followRoom(client: ApolloClient, options: FollowOptions): RoomFollower {
  return new RoomFollower(client, options);
}

/** A room that is being followed. */
export class RoomFollower {
  /** How it stands, now and whenever that changes. */
  readonly state = new BehaviorSubject<FollowState>({ status: "joining" });

  #client: ApolloClient;
  #options: FollowOptions;
  #cursor: string;
  #subscription: Subscription | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #reloaded = false;
  #waiting: RoomEventBatch[] = [];
  #appliedAt = -Infinity;
  #pace: ReturnType<typeof setTimeout> | undefined;

  /** Use `followRoom`. */
  constructor(client: ApolloClient, options: FollowOptions) {
    this.#client = client;
    this.#options = options;
    this.#cursor = options.after;
    followers.set(client, (followers.get(client) ?? new Set()).add(this));
    this.#subscribe();
  }

  /** The room that is followed. */
  get roomId(): string {
    return this.#options.roomId;
  }

  /** The position up to which the cache knows the room. */
  get cursor(): string {
    return this.#cursor;
  }

  /** Stops following. */
  close(): void {
    this.#end({ status: "closed" });
  }

  #subscribe(): void {
    const { roomId } = this.#options;
    const subscribe = () => this.#subscribe();
    this.#subscription = this.#client
      .subscribe({
        query: RoomEventsDocument,
        variables: { roomId, after: this.#cursor },
        fetchPolicy: "no-cache",
        // Whoever follows the same room here needs a first batch too.
        context: { queryDeduplication: false },
      })
      .subscribe({
        next: ({ data, error }) => (error ? this.#failed(error, subscribe) : this.#received(data)),
        error: (error: unknown) => this.#failed(error, subscribe),
        // The server let go of the subscription.
        complete: () => {
          this.#apply();
          this.#later(subscribe);
        },
      });
  }

  #received(data: RoomEventsSubscription | undefined): void {
    const batch = data?.roomEvents;
    if (!batch || this.#isClosed()) return;
    this.#attempts = 0;
    if (batch.resume === "GAP") {
      this.#apply();
      return void this.#reload();
    }
    this.#waiting.push(batch);
    const wait = this.#appliedAt + PACE_MS - performance.now();
    // In a page that is hidden timers are late; then the next batch does not wait for them.
    if (wait <= 0 || this.#isUrgent(batch)) this.#apply();
    else this.#pace ??= setTimeout(() => this.#apply(), wait);
  }

  /** Whether it says how the following stands, or may bring what the caller has sent. */
  #isUrgent({ resume, events }: RoomEventBatch): boolean {
    if (resume !== "LIVE" || this.state.value.status !== "following") return true;
    const keys = new Set(outboxOf(this.#client).pending.value.map(({ clientMessageId }) => clientMessageId));
    return events.some((event) => "message" in event && event.message.clientMessageId !== null && keys.has(event.message.clientMessageId));
  }

  /** Applies what waits: many batches cost the cache, and whoever watches it, hardly more than one. */
  #apply(): void {
    clearTimeout(this.#pace);
    this.#pace = undefined;
    const batches = this.#waiting.splice(0);
    const last = batches.at(-1);
    if (!last) return;
    try {
      applyBatch(this.#client.cache, ...batches);
    } catch (error) {
      // A policy of the application failed: to go on would be to miss what is in the batches.
      return this.#end({ status: "closed", error });
    }
    this.#appliedAt = performance.now();
    this.#cursor = last.cursor;
    const events = batches.flatMap((batch) => batch.events);
    outboxOf(this.#client).confirm(events.flatMap((event) => ("message" in event ? [event.message] : [])));
    for (const batch of batches) {
      // Whoever was told may have closed it.
      if (this.#isClosed()) return;
      this.#follows(batch.resume);
      this.#options.onBatch?.(batch);
    }
  }

  #follows(resume: Resume): void {
    const { value } = this.state;
    if (value.status !== "following") this.state.next({ status: "following", resume: this.#reloaded ? "GAP" : resume });
    // What comes first after a reconnect says whether something was missed.
    else if (resume === "REPLAYED") this.state.next({ status: "following", resume });
    this.#reloaded = false;
  }

  /** Reads the room again and follows it from there: whatever node answered, nothing is between the two. */
  async #reload(): Promise<void> {
    this.#subscription?.unsubscribe();
    this.state.next({ status: "reloading" });
    try {
      const { roomId, pageSize } = this.#options;
      const { cursor } = await reloadRoom(this.#client, roomId, pageSize, () => !this.#isClosed());
      if (this.#isClosed()) return;
      this.#cursor = cursor;
      this.#reloaded = true;
      this.#subscribe();
    } catch (error) {
      this.#failed(error, () => void this.#reload());
    }
  }

  /** Tries again after a while when the server was busy; otherwise it is over. */
  #failed(error: unknown, again: () => void): void {
    this.#apply();
    const leastMs = errorCode(error) === "INTERNAL" ? 0 : passesAfterMs(error);
    if (leastMs === undefined) this.#end({ status: "closed", error });
    else this.#later(again, leastMs);
  }

  #later(again: () => void, leastMs = 0): void {
    if (this.#isClosed()) return;
    this.#subscription?.unsubscribe();
    this.#retry = setTimeout(again, Math.min(leastMs + fullJitter(this.#attempts++), LONGEST_TIMEOUT_MS));
  }

  #end(state: FollowState & { status: "closed" }): void {
    if (this.#isClosed()) return;
    followers.get(this.#client)?.delete(this);
    clearTimeout(this.#retry);
    clearTimeout(this.#pace);
    this.#waiting = [];
    this.#subscription?.unsubscribe();
    this.state.next(state);
    this.state.complete();
  }

  #isClosed(): boolean {
    return this.state.value.status === "closed";
  }
}

/** Whether a client follows a room now, so that its cache knows all of what happens there. */
export function isFollowed(client: ApolloClient, roomId: string): boolean {
  return [...(followers.get(client) ?? [])].some((follower) => follower.roomId === roomId);
}

const followers = new WeakMap<ApolloClient, Set<RoomFollower>>();

/** How often the cache is brought up to date at most, in milliseconds: nobody reads faster. */
const PACE_MS = 150;

/** What `setTimeout` takes for more it takes for nothing. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
