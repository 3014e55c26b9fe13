import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";

import { Lobby } from "../lobby/Lobby";
import { RoomPage } from "../room/RoomPage";
import { Waiting } from "./Gate";

const Stage = lazy(() => import("../stage/Stage"));

/** All addresses of the app. The server gives the page at each of them (`api/src/router.rs`). */
export function Routing() {
  return (
    <Suspense fallback={<Waiting />}>
      <Routes>
        <Route path="/" element={<Lobby />} />
        <Route path="/rooms/:roomId" element={<RoomPage />} />
        <Route path="/rooms/:roomId/stage" element={<Stage />} />
        <Route path="*" element={<Navigate to="/" replace />} />
      </Routes>
    </Suspense>
  );
}
