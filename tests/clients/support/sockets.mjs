// What an application does not see of its sockets, and its test has to know.

import { EventEmitter } from "node:events";

import WebSocket from "ws";

/** `open`; `frame` with each message of the node; `settled` when the node has taken notice; `close` with its code. */
export const sockets = new EventEmitter();

const SUBSCRIPTIONS_TRANSPORT_WS = "subscriptions-transport-ws";
const ANSWERED_BY_NOTHING = new Set(["subscribe", "complete"]);
const SETTLING = {
  "graphql-transport-ws": new Set(["pong"]),
  "graphql-ws": new Set(["start_ack", "complete", "error", "connection_error"]),
  // It has no answer at all to `start`, so whoever wants to know subscribes to what begins with something.
  [SUBSCRIPTIONS_TRANSPORT_WS]: new Set(["data", "complete", "error", "connection_error"]),
};

/**
 * The global `WebSocket` of an application, as a browser has one and Node 20 has not.
 *
 * graphql-transport-ws has no answer to `subscribe` and `complete`: the answer to a `ping` sent behind them says that
 * they are in force.
 */
export class ObservedSocket extends WebSocket {
  constructor(...parameters) {
    super(...parameters);
    sockets.emit("open");
    this.on("message", (data) => this.#observe(JSON.parse(data)));
    this.on("close", (code) => {
      sockets.emit("close", code);
      sockets.emit("settled");
    });
  }

  send(data, ...rest) {
    super.send(data, ...rest);
    if (this.protocol !== "graphql-transport-ws") return;
    if (ANSWERED_BY_NOTHING.has(JSON.parse(data).type)) super.send(JSON.stringify({ type: "ping" }));
  }

  #observe(message) {
    sockets.emit("frame", message);
    if (SETTLING[this.#spoken()].has(message.type)) sockets.emit("settled");
  }

  // Two protocols have one name.
  #spoken() {
    const isShared = this.protocol === "graphql-ws" && !new URL(this.url).pathname.endsWith("/realtime");
    return isShared ? SUBSCRIPTIONS_TRANSPORT_WS : this.protocol;
  }
}
