export function RoomPage() { return <main>room</main>; }
