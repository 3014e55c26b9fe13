export { useConnectionState } from "./useConnectionState.ts";
export { useOutbox } from "./useOutbox.ts";
export { useRoom, type UseRoomOptions, type UseRoomResult } from "./useRoom.ts";
export { useSendMessage, useSendReply } from "./useSendMessage.ts";
