import type { ApolloClient } from "@apollo/client";
import { BehaviorSubject, type Subscription } from "rxjs";

import { readAtEnd } from "../cache/insert.ts";
import type { StoredList } from "../cache/messageList.ts";
import { type MessageFieldsFragment, OlderMessagesDocument, RoomDocument } from "../generated/operations.ts";
import { isSent, outboxOf, type PendingMessage } from "../send/outbox.ts";
import type { RoomEventBatch } from "./applyBatch.ts";
import { type FollowState, followRoom, isFollowed, type RoomFollower } from "./followRoom.ts";
import { followViewer, type ViewerEvent } from "./followViewer.ts";
import { PAGE_SIZE, readRoom, reloadRoom, type Room } from "./readRoom.ts";

/** How a room is opened. */
export interface OpenRoomOptions {
  /** How many messages a page has; 50. */
  pageSize?: number;
  /** Told of each batch once it is in the cache: for reactions, custom events and the count of what was not shown. */
  onBatch?: (batch: RoomEventBatch) => void;
  /** Told of what concerns the caller alone: sanctions, a new role, what came of a review. */
  onViewerEvent?: (event: ViewerEvent) => void;
}

/** A room as it is shown now. */
export interface RoomView {
  /** The room, once it was read. */
  room: Room | undefined;
  /** Its messages as far as they are loaded, oldest first. */
  messages: readonly MessageFieldsFragment[];
  /** The caller's own that are not among them, to be shown behind them. */
  pending: readonly PendingMessage[];
  /** Whether `loadOlder` finds more. */
  hasOlder: boolean;
  /** How the room is followed; `loading` until it was read. */
  state: FollowState | { status: "loading" };
}

/** Reads a room, follows it, and keeps a view of it up to date until it is closed. */
export function openRoom(client: ApolloClient, roomId: string, options: OpenRoomOptions = {}): OpenRoom {
  return new OpenRoom(client, roomId, options);
}

/** A room that is open. */
export class OpenRoom {
  /** What is to be shown, now and whenever that changes. */
  readonly view = new BehaviorSubject<RoomView>({
    room: undefined,
    messages: [],
    pending: [],
    hasOlder: false,
    state: { status: "loading" },
  });

  #client: ApolloClient;
  #roomId: string;
  #options: OpenRoomOptions;
  #pageSize: number;
  #follower: RoomFollower | undefined;
  #outbox: Subscription;
  #viewer: Subscription | undefined;
  #unwatch: () => void = () => undefined;
  #older: Promise<void> | undefined;
  #unlisten: () => void;
  /** Which opening counts, while or after it is made: the answer to an older one comes too late. */
  #opening: symbol | undefined;
  #isAtEnd = false;
  #isClosed = false;

  /** Use `openRoom`. */
  constructor(client: ApolloClient, roomId: string, options: OpenRoomOptions) {
    this.#client = client;
    this.#roomId = roomId;
    this.#options = options;
    this.#pageSize = options.pageSize ?? PAGE_SIZE;
    this.#outbox = outboxOf(client).pending.subscribe(() => this.#show({}));
    // After a reset of the cache, when somebody else has signed in, nothing of the room is known.
    this.#unlisten = client.onResetStore(() => {
      this.#restart();
      return Promise.resolve();
    });
    void this.#open();
  }

  /** Loads the page before the oldest message. Asked again meanwhile, it is the same page. */
  loadOlder(): Promise<void> {
    if (this.#older) return this.#older;
    const older = this.#loadOlder().finally(() => (this.#older = undefined));
    // A button need not look at the promise: there is more as long as `hasOlder` says so.
    older.catch(() => undefined);
    this.#older = older;
    return older;
  }

  /**
   * Says whether the reader is at the newest message. There fewer messages are kept, so that a busy room costs less;
   * elsewhere, or when nothing is said, more are, lest the oldest go while they are read.
   */
  setAtEnd(isAtEnd: boolean): void {
    this.#isAtEnd = isAtEnd;
    const id = this.#client.cache.identify({ __typename: "Room", id: this.#roomId });
    if (id === undefined) return;
    this.#client.cache.modify<Record<string, unknown>>({ id, fields: { messages: (list) => readAtEnd(list as StoredList, isAtEnd) } });
  }

  /** Reads and follows the room anew after it was `closed` by an error. */
  reopen(): void {
    if (this.view.value.state.status === "closed") this.#restart();
  }

  /** Stops following and watching. */
  close(): void {
    this.#isClosed = true;
    this.#outbox.unsubscribe();
    this.#unlisten();
    this.#leave();
    this.view.complete();
  }

  #restart(): void {
    if (this.#isClosed) return;
    this.#leave();
    this.#show({ state: { status: "loading" } });
    void this.#open();
  }

  #leave(): void {
    this.#opening = undefined;
    this.#unwatch();
    this.#viewer?.unsubscribe();
    this.#follower?.close();
  }

  async #open(): Promise<void> {
    const { onBatch, onViewerEvent } = this.#options;
    const [roomId, pageSize] = [this.#roomId, this.#pageSize];
    const opening = (this.#opening = Symbol(roomId));
    const isWanted = () => this.#opening === opening;
    try {
      // What changed while nobody followed it cannot be told, so nothing of it is kept.
      const read = isFollowed(this.#client, roomId) ? readRoom : reloadRoom;
      const { cursor } = await read(this.#client, roomId, pageSize, isWanted);
      if (!isWanted()) return;
      this.#watch();
      this.#follower = followRoom(this.#client, { roomId, after: cursor, pageSize, ...(onBatch && { onBatch }) });
      this.#viewer = followViewer(this.#client, roomId, onViewerEvent);
      this.#follower.state.subscribe((state) => {
        // A list that was read anew does not know it.
        if (state.status === "following") this.setAtEnd(this.#isAtEnd);
        this.#show({ state });
      });
    } catch (error) {
      if (isWanted()) this.#show({ state: { status: "closed", error } });
    }
  }

  /** The cache calls back as soon as it has changed, so a message is never pending and sent, or neither, in one view. */
  #watch(): void {
    const query = { query: RoomDocument, variables: { roomId: this.#roomId, last: this.#pageSize }, optimistic: true };
    this.#unwatch = this.#client.cache.watch({
      ...query,
      immediate: true,
      callback: ({ result, complete }) => {
        const room = complete ? (result as { room: Room | null }).room : null;
        if (room) this.#show({ room, messages: room.messages.nodes, hasOlder: room.messages.pageInfo.hasPreviousPage });
      },
    });
  }

  async #loadOlder(): Promise<void> {
    const pageInfo = this.view.value.room?.messages.pageInfo;
    if (!pageInfo?.hasPreviousPage) return;
    const { startCursor: before } = pageInfo;
    await this.#client.query({
      query: OlderMessagesDocument,
      variables: { roomId: this.#roomId, last: this.#pageSize, before },
      fetchPolicy: "network-only",
    });
  }

  #show(change: Partial<RoomView>): void {
    if (this.#isClosed) return;
    const view = { ...this.view.value, ...change };
    this.view.next({ ...view, pending: this.#pendingBeside(view) });
  }

  #pendingBeside({ room, messages }: RoomView): readonly PendingMessage[] {
    return outboxOf(this.#client).pending.value.filter(
      (entry) => entry.roomId === this.#roomId && !messages.some((message) => isSent(entry, message, room?.viewer.userId)),
    );
  }
}
