import { fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";

import * as documents from "../documents.mjs";
import { Stream } from "./stream.mjs";

const program = fileURLToPath(new URL("application.mjs", import.meta.url));

/** What an application was told instead of data. `reason` is what it can read of it. */
export class Refusal extends Error {
  constructor({ reason, text }) {
    super(text);
    this.reason = reason;
  }
}

/**
 * An application with a client from npm, in a process of its own: clients keep their settings in global variables.
 * `module` is the file that sets the client up.
 */
export class Application {
  /** Emits `socket` and `frame`, which the application itself does not see. */
  events = new EventEmitter();
  /** How many sockets it has opened. */
  sockets = 0;
  #process;
  #answers = new Map();
  #streams = new Map();
  #lastId = 0;

  static async start(module, settings, env = {}) {
    const application = new Application(module, settings, env);
    await application.#ready();
    return application;
  }

  constructor(module, settings, env) {
    const file = new URL(`../${module}`, import.meta.url).href;
    this.#process = fork(program, [file, JSON.stringify(settings)], { env: { PATH: process.env.PATH, ...env } });
    this.#process.on("message", (message) => this.#receive(message));
  }

  /** Runs a query or a mutation. Fails with a `Refusal`. */
  request(name, variables) {
    return this.#command("request", { operation: operation(name, variables) });
  }

  /** Subscribes, and waits until the node has taken notice. The stream fails with a `Refusal`. */
  async subscribe(name, variables) {
    const key = `${++this.#lastId}`;
    const stream = new Stream();
    this.#streams.set(key, stream);
    await this.#command("subscribe", { key, operation: operation(name, variables) });
    return { take: () => stream.take(), unsubscribe: () => this.#unsubscribe(key) };
  }

  /** Ends all subscriptions that have not ended. */
  async unsubscribe() {
    for (const key of this.#streams.keys()) await this.#unsubscribe(key);
  }

  /** Lets the application believe that it is so much later. */
  age(ms) {
    return this.#command("age", { ms });
  }

  /** Lets the application do what it does from time to time. */
  beat() {
    return this.#command("beat", {});
  }

  async stop() {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, "exit");
    await this.#command("close", {});
    this.#process.disconnect();
    await ended;
  }

  async #ready() {
    const ended = once(this.#process, "exit").then(([code]) => {
      throw new Error(`the application ended with ${code} before it was ready`);
    });
    await Promise.race([once(this.events, "ready"), ended]);
    ended.catch(() => {});
  }

  #unsubscribe(key) {
    this.#streams.delete(key);
    return this.#command("unsubscribe", { key });
  }

  #command(command, parameters) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.#process.send({ id, command, ...parameters });
    });
  }

  #receive(message) {
    if (message.ready) return this.events.emit("ready");
    if (message.frame) return this.events.emit("frame", message.frame);
    if (message.socket) return this.#receiveSocket(message);
    if (message.key) return this.#receiveItem(message);
    const { resolve, reject } = this.#answers.get(message.id);
    this.#answers.delete(message.id);
    if (message.failure) reject(new Refusal(message.failure));
    else resolve(message.value);
  }

  #receiveSocket({ socket, code }) {
    if (socket === "open") this.sockets += 1;
    this.events.emit(socket, code);
  }

  #receiveItem({ key, data, failure }) {
    const stream = this.#streams.get(key);
    if (data) return stream?.push(data);
    stream?.fail(new Refusal(failure));
    this.#streams.delete(key);
  }
}

/** `of` is the name of one of our documents, or a name with a document of the test's own. */
function operation(of, variables) {
  const named = typeof of === "string" ? { name: of, document: documents[of] } : of;
  return { ...named, variables };
}
