import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { promisify } from "node:util";

/** A certificate for 127.0.0.1 that signs itself. `file` is its path, for those who shall trust it. */
export async function selfSignedCertificate() {
  const folder = await mkdtemp(join(tmpdir(), "plenary-certificate-"));
  const [file, keyFile] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1"],
    ...["-keyout", keyFile, "-out", file],
  ]);
  const remove = () => rm(folder, { recursive: true });
  return { file, cert: await readFile(file), key: await readFile(keyFile), remove };
}

/** Ends TLS before a node, as a load balancer does. */
export function startTlsProxy(host, { cert, key }) {
  const server = createTlsServer({ cert, key, ALPNProtocols: ["http/1.1"] });
  server.on("secureConnection", (client) => relay(client, dial(host)));
  return listen(server);
}

/**
 * Stands before a node and loses answers: the first request that contains `text` reaches the node, is answered, and its
 * client gets a reset instead. `attempts` counts the requests with that text.
 */
export async function startLossyProxy(host, text) {
  const proxy = { attempts: 0 };
  const server = createServer((client) => {
    const node = dial(host);
    let isLost = false;
    client.on("data", (chunk) => {
      if (chunk.includes(text)) isLost = ++proxy.attempts === 1;
    });
    client.pipe(node);
    node.on("data", (chunk) => (isLost ? client.resetAndDestroy() : client.write(chunk)));
    endTogether(client, node);
  });
  return Object.assign(proxy, await listen(server));
}

function relay(client, node) {
  client.pipe(node).pipe(client);
  endTogether(client, node);
}

function endTogether(...sockets) {
  for (const socket of sockets) {
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.forEach((other) => other.destroy()));
  }
}

function dial(host) {
  const [address, port] = host.split(":");
  return connect(Number(port), address);
}

async function listen(server) {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { host: `127.0.0.1:${server.address().port}`, stop };
}
