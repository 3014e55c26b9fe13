// What an application does not see of its event streams, told as if they were sockets.

import { sockets } from "./sockets.mjs";

const { fetch } = globalThis;

/** The global `fetch` of an application. */
export async function observedFetch(url, init = {}) {
  if (new Headers(init.headers).get("accept") !== "text/event-stream") return fetch(url, init);
  sockets.emit("open");
  init.signal?.addEventListener("abort", () => sockets.emit("settled"));
  const response = await fetch(url, init);
  // The head comes when the subscription is live.
  sockets.emit("settled");
  const [theirs, ours] = response.body.tee();
  observe(ours);
  return new Response(theirs, response);
}

async function observe(body) {
  let text = "";
  try {
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const events = (text + chunk).split("\n\n");
      text = events.pop();
      events.forEach(tell);
    }
  } catch {
    // Whoever unsubscribes cuts it off, and so does a node that stops.
  } finally {
    sockets.emit("close");
  }
}

function tell(event) {
  const [, type, data] = /^event: (\w+)\ndata: (.*)$/s.exec(event) ?? [];
  if (data) sockets.emit("frame", { type, payload: JSON.parse(data) });
}
