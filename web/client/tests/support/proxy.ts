import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP proxy in front of a node, for what a network does. */
export class Proxy {
  /** The address of the API behind it. */
  readonly url: string;

  #server: ReturnType<typeof createServer>;
  #sockets: Set<Socket>;
  #toLose = 0;
  #lost = 0;
  #mayUpgrade: Promise<void> = Promise.resolve();
  #target: number;

  private constructor(server: ReturnType<typeof createServer>, target: string) {
    this.#server = server;
    this.#sockets = new Set();
    this.#target = portOf(target);
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    server.on("connection", (socket: Socket) => this.#carry(socket));
  }

  /** Starts a proxy to the API at that address. */
  static async start(target: string): Promise<Proxy> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Proxy(server, target);
  }

  /** Leads new connections to another node. */
  leadTo(target: string): void {
    this.#target = portOf(target);
  }

  /** Cuts all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The answers to the next so many requests are lost with their connections; the node has done what it was asked. */
  loseAnswers(count: number): void {
    this.#toLose = count;
  }

  /** How many answers were lost. */
  get lost(): number {
    return this.#lost;
  }

  /** Lets no WebSocket through until then; other requests go on. */
  holdSockets(until: Promise<void>): void {
    this.#mayUpgrade = until;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, "close");
  }

  #carry(near: Socket): void {
    const far = connect(this.#target, "127.0.0.1");
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    let isLosing = false;
    let mayPass = Promise.resolve();
    near.on("data", (chunk: Buffer) => {
      const text = chunk.toString("latin1");
      if (this.#toLose > 0 && text.startsWith("POST ")) {
        this.#toLose--;
        isLosing = true;
      }
      if (/^upgrade: websocket/im.test(text)) mayPass = this.#mayUpgrade;
      void mayPass.then(() => far.write(chunk));
    });
    far.on("data", (chunk: Buffer) => {
      if (!isLosing) near.write(chunk);
      else if (!near.destroyed) {
        this.#lost++;
        near.destroy();
      }
    });
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
