import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { serverAudits } from "graphql-http";

import { startCluster } from "./support/cluster.mjs";

describe("the GraphQL over HTTP specification", { timeout: 120_000 }, () => {
  let cluster;
  let node;
  let authorization;

  before(async () => {
    cluster = await startCluster({ nodes: 1 });
    [node] = cluster.nodes;
    authorization = await cluster.token("ada", "plenary-hosts");
  });
  after(() => cluster?.stop());

  const fetchFn = (url, { headers, ...request } = {}) =>
    fetch(url, { ...request, headers: { ...headers, authorization } });

  for (const audit of serverAudits({ url: () => node.http, fetchFn })) {
    it(`${audit.id}: ${audit.name}`, async (test) => {
      const result = await audit.fn();
      if (result.status === "ok") return;
      // A MAY is the server's choice, so it is told and not demanded.
      if (audit.name.startsWith("MAY ")) return test.diagnostic(`${audit.id} is not so here: ${result.reason}`);
      assert.fail(result.reason);
    });
  }
});
