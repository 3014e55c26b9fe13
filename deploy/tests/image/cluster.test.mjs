// The laptop's cluster as its users start it: clients through the load balancer, and a restart of each node under load.

import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { CLIENTS } from "../../../tests/clients/clients.mjs";
import { openBrowser } from "../../../tests/clients/support/browser.mjs";
import { takeMessages } from "../../../tests/clients/support/expect.mjs";
import { person } from "../../../tests/clients/support/http.mjs";
import { Application } from "../../../tests/clients/support/remote.mjs";
import { idToken } from "./cognito.mjs";
import { compose, containers, eventually, isOk, repository, start } from "./support.mjs";

const BALANCER = "127.0.0.1:8080";
const HTTP = `http://${BALANCER}/graphql`;
const NODES = ["node-1", "node-2"];
const PARTICIPANTS = 500;
const PER_SECOND = 10;
const SECONDS = Number(process.env.RESTART_SECONDS ?? 90);
const GUESTS = 20;
const SMOKED = ["apps/apollo.mjs", "apps/amplify-plain.mjs", "old/subscriptions-transport-ws.mjs", "apps/sse.mjs"];

describe("the cluster of the compose file", { timeout: 1_200_000 }, () => {
  before(async () => {
    await compose("--profile", "observability", "up", "--detach", "--no-build", ...(await startable()));
    await eventually("both nodes are healthy", () => Promise.all(NODES.map(healthy)).then(() => true));
    await eventually("the load balancer sends to them", () => isOk(`http://${BALANCER}/readyz`));
  });
  after(() => compose("--profile", "observability", "down", "--timeout", "5"));

  it("serves the page, and tells it where to sign in", async () => {
    assert.match(await (await fetch(`http://${BALANCER}/`)).text(), /<script type="module"/u);
    const about = JSON.stringify(await (await fetch(`http://${BALANCER}/config.json`)).json());
    for (const part of ["local_plenary", "plenary-web", "http://localhost:9229"]) assert.ok(about.includes(part), about);
  });

  it("lets a browser in with an account of the emulator, and a host has what hosts have", async () => {
    const browser = await openBrowser();
    const { page, complaints } = await browser.openPage(`http://${BALANCER}/`);
    await page.getByRole("textbox", { name: "E-mail or user name" }).fill("hanna");
    await page.getByLabel(/^Password/u).fill("Plenary-1");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByRole("button", { name: "New room" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("From a browser");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "From a browser" }).waitFor();
    assert.deepEqual(complaints, []);
    await browser.close();
  });

  it("answers nobody without a token", async () => {
    const body = JSON.stringify({ query: "{ viewer { id } }" });
    const answer = await fetch(HTTP, { method: "POST", headers: { "content-type": "application/json" }, body });
    assert.equal(answer.status, 401);
  });

  for (const client of CLIENTS.filter(({ module }) => SMOKED.includes(module))) {
    it(`works with ${client.name}, signed in at the emulator of Cognito`, async () => {
      const host = person({ http: HTTP }, await idToken("hanna"));
      const settings = { url: HTTP, socketUrl: `ws://${BALANCER}/graphql`, token: await idToken("bob") };
      const bob = await Application.start(client.module, settings);
      const roomId = await host.createRoom("Through the load balancer");
      const before = await host.send(roomId, "before");

      const stream = await bob.subscribe("RoomEventsSubscription", { roomId, after: "0" });
      assert.deepEqual(await takeMessages(stream, 1), [before]);
      const { sendMessage } = await bob.request("SendMessageMutation", { roomId, content: "afterwards" });
      assert.equal((await takeMessages(stream, 1))[0].id, sendMessage.id);
      await bob.stop();
    });
  }

  it("is seen by Prometheus, whose rules it accepts", async () => {
    const ask = async (path) => (await (await fetch(`http://127.0.0.1:9090/api/v1/${path}`)).json()).data;
    const up = async () => (await ask("query?query=sum(up)")).result[0].value[1] === "3";
    await eventually("two nodes and the load balancer are up", up);
    const { groups } = await ask("rules");
    assert.ok(groups[0].rules.length > 10);
    await eventually("every rule can be evaluated", async () =>
      (await ask("rules")).groups[0].rules.every(({ health }) => health === "ok"),
    );
  });

  it("loses nothing while each node is restarted under load", rollingRestart);
});

/** Each node is told to end, ends by itself, and is back before the next one is told. */
async function rollingRestart() {
  const directory = `${repository}/target/image/rolling-restart`;
  const load = await startLoad(directory);
  const ended = once(load, "exit");
  await eventually("messages are sent", () => /^sending/mu.test(load.output));
  for (const node of NODES) {
    await compose("stop", node);
    assert.equal(await exitCode(node), "0", `${node} has drained in time`);
    await compose("start", node);
    await eventually(`${node} is back`, () => healthy(node).then(() => true));
  }
  const sends = /^draining|PASSED|FAILED/mu;
  assert.doesNotMatch(load.output, sends, "the load outlasts the restarts: raise RESTART_SECONDS");

  const [code] = await ended;
  writeFileSync(`${directory}/report.txt`, load.output);
  assert.equal(code, 0, load.output);
  const { counts, violations } = JSON.parse(readFileSync(`${directory}/report.json`, "utf8"));
  assert.equal(violations, 0);
  assert.equal(counts.messages, PER_SECOND * SECONDS);
  assert.equal(counts.acknowledged, counts.messages);
  assert.equal(counts.deliveries, counts.messages * PARTICIPANTS);
  // Whoever was on the first node was moved twice.
  assert.ok(counts.returns >= PARTICIPANTS, `${counts.returns} came back`);
  assert.equal(counts.gaps, 0);
}

async function startLoad(directory) {
  mkdirSync(directory, { recursive: true });
  // The load generator is another user.
  chmodSync(directory, 0o777);
  const guests = Array.from({ length: GUESTS }, (_, index) => `guest${index + 1}`);
  const tokens = await Promise.all(["hanna", ...guests].map(idToken));
  writeFileSync(`${directory}/tokens`, tokens.join("\n"));
  const container = ["run", "--rm", "--network", "plenary_default", "--volume", `${directory}:/report`];
  const hardened = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
  const target = ["run", "--target", "ws://haproxy:8080/graphql", "--tokens", "/report/tokens"];
  const size = ["--participants", `${PARTICIPANTS}`, "--messages-per-second", `${PER_SECOND}`, "--duration", `${SECONDS}s`];
  const output = ["--scenario", "rolling-restart", "--json", "/report/report.json", "--html", "/report/report.html"];
  return start(...container, ...hardened, "localhost/plenary-loadtest:latest", ...target, ...size, ...output);
}

/** All services but Grafana where its image is not to be had. */
async function startable() {
  const services = (await compose("--profile", "observability", "config", "--services")).split("\n");
  const image = /image: (.*grafana.*)/u.exec(readFileSync(`${repository}/deploy/compose/compose.yaml`, "utf8"))[1];
  const grafana = await containers("image", "inspect", image).catch(() => undefined);
  return services.filter((service) => service !== "grafana" || grafana);
}

const healthy = async (node) => containers("exec", await nameOf(node), "/usr/local/bin/plenary", "healthcheck");
const exitCode = async (node) => containers("inspect", "--format", "{{.State.ExitCode}}", await nameOf(node));

async function nameOf(service) {
  const filter = ["--filter", `label=com.docker.compose.service=${service}`];
  return containers("ps", "--all", ...filter, "--format", "{{.Names}}");
}
