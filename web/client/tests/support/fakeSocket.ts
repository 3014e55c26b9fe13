interface Frame {
  type: string;
  id?: string;
  payload?: { Authorization?: string; variables?: Record<string, unknown> };
}

/** The far end of sockets that a test plays; `sockets` are those that were opened. */
export function fakeServer() {
  const sockets: FakeSocket[] = [];
  class Opened extends FakeSocket {
    constructor() {
      super();
      sockets.push(this);
    }
  }
  return { sockets, WebSocketImpl: Opened };
}

/** A WebSocket without a network. */
export class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  readyState = FakeSocket.CONNECTING;
  /** What the client sent, oldest first. */
  readonly frames: Frame[] = [];
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((error: unknown) => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;

  send(data: string): void {
    this.frames.push(JSON.parse(data) as Frame);
  }

  close(code: number, reason: string): void {
    this.closedBy(code, reason);
  }

  /** The connection is there, and the server lets the client in. */
  async accept(): Promise<void> {
    await this.open();
    this.say({ type: "connection_ack" });
    await settled();
  }

  /** The connection is there. */
  async open(): Promise<void> {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
    await settled();
  }

  /** The server answers the subscription with data. */
  async next(data: unknown): Promise<void> {
    this.say({ type: "next", id: this.subscribed.id, payload: { data } });
    await settled();
  }

  /** The server answers a ping. */
  async pong(): Promise<void> {
    this.say({ type: "pong" });
    await settled();
  }

  /** The server closes, or the network does. */
  closedBy(code: number, reason = ""): void {
    if (this.readyState === FakeSocket.CLOSED) return;
    this.readyState = FakeSocket.CLOSED;
    this.onclose?.({ code, reason });
  }

  /** The first subscription on this socket. */
  get subscribed(): Frame {
    return this.frames.find(({ type }) => type === "subscribe")!;
  }

  private say(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

/** Lets promises that are due run, while timers are not. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
