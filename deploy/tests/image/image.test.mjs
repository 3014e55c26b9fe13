// The image of the server: what is in it, how it runs, how it ends. `make test-image` builds it before.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { containers, eventually, isOk, repository, run } from "./support.mjs";

const IMAGE = "localhost/plenary:latest";
const BINARY = "/usr/local/bin/plenary";
const MOST_BYTES = 25_000_000;
const HARDENED = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp"];
const ALONE = ["MEMORY=true", "DATA_DIR=/tmp/data", "DEVELOPMENT_ISSUER=true", "DRAIN_TIMEOUT=5s", "DRAIN_SPREAD=1s"];

describe("the image", { timeout: 300_000 }, () => {
  it("has at most 25 MB", async () => {
    const bytes = Number(await containers("image", "inspect", "--format", "{{.Size}}", IMAGE));
    console.log(`# ${bytes} bytes`);
    assert.ok(bytes > 0 && bytes <= MOST_BYTES, `${bytes} bytes`);
  });

  it("adds the binary to its base, and nothing else", async () => {
    const base = /^ARG RUNTIME_IMAGE=([^@\n]+)/mu.exec(readFileSync(`${repository}/deploy/Dockerfile`, "utf8"))[1];
    const known = new Set(await filesOf(base));
    const added = (await filesOf(IMAGE)).filter((file) => !known.has(file));
    assert.deepEqual(added, [BINARY.slice(1)]);
  });

  it("says how it is run", async () => {
    const [{ Config: config, Healthcheck: health = config.Healthcheck }] = JSON.parse(await containers("image", "inspect", IMAGE));
    assert.equal(config.User, "65532:65532");
    assert.deepEqual(config.Entrypoint, [BINARY]);
    assert.deepEqual(config.Cmd, ["serve"]);
    assert.equal(config.StopSignal, "SIGTERM");
    assert.deepEqual(Object.keys(config.ExposedPorts), ["8080/tcp"]);
    assert.equal(config.Labels["org.opencontainers.image.licenses"], "Apache-2.0");
    assert.match(config.Labels["org.opencontainers.image.revision"], /^[0-9a-f]{40}$/u);
    assert.deepEqual(health.Test, ["CMD", BINARY, "healthcheck"]);
  });

  it("is described by a bill of materials with its crates", () => {
    const { components } = JSON.parse(readFileSync(`${repository}/target/image/plenary.cdx.json`, "utf8"));
    const crates = new Set(components.filter(({ purl }) => purl?.startsWith("pkg:cargo/")).map(({ name }) => name));
    for (const crate of ["api", "resolvers", "tokio", "aws-sdk-dynamodb", "rustls", "mimalloc"]) {
      assert.ok(crates.has(crate), `${crate} is not among ${crates.size} crates`);
    }
  });

  it("comes from Dockerfiles without findings", async () => {
    const { stdout } = await tools("hadolint", "deploy/Dockerfile", "deploy/compose/cognito/Dockerfile");
    assert.equal(stdout, "");
  });

  runs();
});

function runs() {
  describe("with a root that cannot be written and no capabilities", () => {
    let id, address;
    before(async () => {
      const environment = ALONE.flatMap((setting) => ["--env", setting]);
      id = await containers("run", "--detach", "--publish", "127.0.0.1::8080", ...HARDENED, ...environment, IMAGE);
      address = `http://${(await containers("port", id, "8080/tcp")).split("\n")[0]}`;
      await eventually("the node is ready", () => isOk(`${address}/readyz`));
    });
    after(() => containers("rm", "--force", id));

    it("is healthy by its own command", () => containers("exec", id, BINARY, "healthcheck"));

    it("is not healthy by an address that nobody answers at", () =>
      assert.rejects(containers("exec", id, BINARY, "healthcheck", "--url", "http://127.0.0.1:1/healthz")));

    it("is nobody in particular, and can become nobody else", async () => {
      const pid = await containers("inspect", "--format", "{{.State.Pid}}", id);
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const field = (name) => new RegExp(`^${name}:\\s+(\\S+)`, "mu").exec(status)[1];
      assert.equal(field("Uid"), "65532");
      assert.equal(field("Gid"), "65532");
      assert.equal(BigInt(`0x${field("CapEff")}`), 0n);
      assert.equal(BigInt(`0x${field("CapBnd")}`), 0n);
      assert.equal(field("NoNewPrivs"), "1");
      assert.match(status, /^NSpid:\s+\d+\s+1$/mu);
    });

    it("serves the page and what the page must know", async () => {
      const page = await fetch(address);
      assert.match(page.headers.get("content-type"), /^text\/html/u);
      assert.match(await page.text(), /<script type="module"/u);
      assert.equal((await fetch(`${address}/config.json`)).status, 200);
    });

    it("ends by itself when it is told to, as the first process of its container", async () => {
      await containers("stop", "--time", "30", id);
      assert.equal(await containers("inspect", "--format", "{{.State.ExitCode}}", id), "0");
    });
  });
}

async function filesOf(image) {
  const id = await containers("create", image, "none");
  try {
    const list = `deploy/image/containers.sh export ${id} | tar --list`;
    const files = (await run("bash", "-o", "pipefail", "-c", list)).split("\n");
    // What the engine itself puts into every container.
    const own = /^(dev|etc|proc|run|sys)\/|^\.dockerenv$/u;
    return files.filter((file) => !file.endsWith("/") && !(own.test(file) && !file.startsWith("etc/ssl")));
  } finally {
    await containers("rm", id);
  }
}

async function tools(program, ...args) {
  const directory = await run("deploy/image/setup.sh", "checks");
  return { stdout: await run(`${directory}/${program}`, ...args) };
}
