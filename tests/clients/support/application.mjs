// The process of one application. It does what its test says, and reports what it receives:
//
//   node application.mjs MODULE SETTINGS

import { once } from "node:events";
import { inspect } from "node:util";

import { ObservedSocket, sockets } from "./sockets.mjs";
import { observedFetch } from "./streams.mjs";

globalThis.WebSocket = ObservedSocket;
globalThis.fetch = observedFetch;

const beats = new Set();
const { setInterval } = globalThis;
globalThis.setInterval = (beat, ...rest) => {
  beats.add(beat);
  return setInterval(beat, ...rest);
};

const [module, settings] = process.argv.slice(2);
const { open, reasonOf } = await import(module);
const { token, ...rest } = JSON.parse(settings);
const application = await open({ ...rest, getToken: async () => token });
const subscriptions = new Map();

const commands = {
  request: ({ operation }) => application.request(operation),

  /** Answers when the node has taken notice, or has refused. */
  subscribe: async ({ key, operation }) => {
    const settled = once(sockets, "settled");
    const sink = {
      next: (data) => report({ key, data }),
      error: (error) => report({ key, failure: told(error) }),
    };
    subscriptions.set(key, application.subscribe(operation, sink));
    await settled;
  },

  unsubscribe: async ({ key }) => {
    const settled = once(sockets, "settled");
    subscriptions.get(key)();
    await settled;
  },

  /** Lets this process believe that it is later, as after a long time without a subscription. */
  age: ({ ms }) => {
    const now = Date.now;
    Date.now = () => now() + ms;
  },

  /** Does at once all that this process does from time to time. */
  beat: () => beats.forEach((beat) => beat()),

  close: () => application.close?.(),
};

sockets.on("open", () => report({ socket: "open" }));
sockets.on("close", (code) => report({ socket: "close", code }));
sockets.on("frame", (frame) => report({ frame }));
process.on("disconnect", () => process.exit());
process.on("message", async ({ id, command, ...parameters }) => {
  try {
    report({ id, value: await commands[command](parameters) });
  } catch (error) {
    report({ id, failure: told(error) });
  }
});
report({ ready: true });

// Nobody listens any more when the test has ended.
function report(message) {
  if (process.connected) process.send(message, () => {});
}

function told(error) {
  return { reason: reasonOf(error), text: inspect(error, { depth: 6 }) };
}
