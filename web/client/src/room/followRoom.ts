import type { ApolloClient } from "@apollo/client";
import { BehaviorSubject, type Subscription } from "rxjs";

import { refusal } from "../errors.ts";
import { RoomEventsDocument, type RoomEventsSubscription } from "../generated/operations.ts";
import type { Resume } from "../generated/enums.ts";
import { fullJitter } from "../link/backoff.ts";
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
    this.#subscription = this.#client
      .subscribe({
        query: RoomEventsDocument,
        variables: { roomId, after: this.#cursor },
        fetchPolicy: "no-cache",
        // Whoever follows the same room here needs a first batch too.
        context: { queryDeduplication: false },
      })
      .subscribe({
        next: ({ data, error }) => (error ? this.#refused(error) : this.#received(data)),
        error: (error: unknown) => this.#refused(error),
        complete: () => this.#again(),
      });
  }

  #received(data: RoomEventsSubscription | undefined): void {
    const batch = data?.roomEvents;
    if (!batch || this.#isClosed()) return;
    this.#attempts = 0;
    if (batch.resume === "GAP") return void this.#reload();
    applyBatch(this.#client.cache, batch);
    this.#cursor = batch.cursor;
    outboxOf(this.#client).confirm(batch.events.flatMap((event) => ("message" in event ? [event.message] : [])));
    this.#follows(batch.resume);
    this.#options.onBatch?.(batch);
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
      const { cursor } = await reloadRoom(this.#client, roomId, pageSize);
      if (this.#isClosed()) return;
      this.#cursor = cursor;
      this.#reloaded = true;
      this.#subscribe();
    } catch (error) {
      this.#end({ status: "closed", error });
    }
  }

  #refused(error: unknown): void {
    const refused = refusal(error);
    if (refused && PASSING.has(refused.code)) return this.#again(refused.retryAfterMs);
    this.#end({ status: "closed", error });
  }

  /** Subscribes again after a while: the server was busy, or let go of the subscription. */
  #again(atLeastMs = 0): void {
    if (this.#isClosed()) return;
    this.#subscription?.unsubscribe();
    this.#retry = setTimeout(() => this.#subscribe(), atLeastMs + fullJitter(this.#attempts++));
  }

  #end(state: FollowState & { status: "closed" }): void {
    if (this.#isClosed()) return;
    followers.get(this.#client)?.delete(this);
    clearTimeout(this.#retry);
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

/** Refusals that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set(["RATE_LIMITED", "ROOM_BUSY", "UNAVAILABLE", "INTERNAL"]);
