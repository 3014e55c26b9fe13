import { useState } from "react";
import { useParams } from "react-router";

import { Room } from "./Room";

/** The room that the address names. */
export function RoomPage() {
  const { roomId = "" } = useParams();
  const [attempt, setAttempt] = useState(0);
  return <Room key={`${roomId} ${attempt}`} roomId={roomId} onRetry={() => setAttempt(attempt + 1)} />;
}
