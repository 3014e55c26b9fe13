export default function Stage() { return <main>stage</main>; }
