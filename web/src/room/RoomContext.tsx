import type { Message, Room } from "@plenary/apollo";
import { createContext, use } from "react";

import type { Capability } from "../schema.generated";
import type { VoteBook } from "./votes";

/** What a dialog is about. */
export interface Request {
  kind: "report" | "remove" | "mute" | "ban" | "hide" | "role";
  message: Message;
}

/**
 * The room that is on the screen, and who is looking.
 * It changes with the room's settings and the viewer's place, not with each message.
 */
export interface RoomView extends Pick<Room, "id" | "name" | "status" | "startsAt" | "settings" | "viewer"> {
  /** Whether the viewer's role allows something. The server judges; this decides what is offered. */
  can: (capability: Capability) => boolean;
  /** What the viewer has voted for. */
  votes: VoteBook;
  /** Opens the thread of a message beside the chat. */
  openThread: (messageId: string) => void;
  /** Opens a dialog. */
  ask: (request: Request) => void;
}

export const RoomContext = createContext<RoomView | null>(null);

/** The room that is on the screen. */
export function useRoomView(): RoomView {
  const view = use(RoomContext);
  if (!view) throw new Error("useRoomView needs a RoomPage above it");
  return view;
}
