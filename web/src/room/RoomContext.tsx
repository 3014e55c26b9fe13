import type { RoomQuery } from "@plenary/apollo";
import { createContext, use } from "react";

import type { Capability } from "../schema.generated";

type Room = NonNullable<RoomQuery["room"]>;

/** The room that is on the screen, and who is looking. */
export interface RoomView {
  room: Room;
  viewer: Room["viewer"];
  /** Whether the viewer's role allows something. The server judges; this decides what is offered. */
  can: (capability: Capability) => boolean;
  /** Opens the thread of a message beside the chat. */
  openThread: (messageId: string) => void;
}

export const RoomContext = createContext<RoomView | null>(null);

/** The room that is on the screen. */
export function useRoomView(): RoomView {
  const view = use(RoomContext);
  if (!view) throw new Error("useRoomView needs a RoomPage above it");
  return view;
}

/** Whether somebody runs the event or keeps order. */
export function isStaff(role: string): boolean {
  return role !== "PARTICIPANT";
}
