import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "node:test";

import * as documents from "./documents.mjs";

const page = await readFile(new URL("../../docs/clients.md", import.meta.url), "utf8");
const applications = (await Promise.all(["apps/", "old/"].map(sourcesIn))).flat().map(trimmed);

describe("the page about clients shows what runs in these tests", () => {
  for (const [, code] of page.matchAll(/^```js\n(.*?)^```$/gms)) {
    it(code.split("\n", 1)[0], () => {
      for (const part of code.split("\n\n").map(trimmed)) {
        assert.ok(applications.some((source) => source.includes(part)), `this runs nowhere:\n${part}`);
      }
    });
  }

  for (const [, document] of page.matchAll(/^```graphql\n(.*?)^```$/gms)) {
    it(document.split("\n", 1)[0], () => assert.ok(Object.values(documents).map(trimmed).includes(trimmed(document))));
  }

  it("names the versions that are installed", async () => {
    for (const folder of ["", "old/"]) {
      const file = new URL(`${folder}package.json`, import.meta.url);
      const { dependencies } = JSON.parse(await readFile(file, "utf8"));
      for (const name of Object.keys(dependencies).filter(isClient)) {
        assert.ok(page.includes(dependencies[name]), `${name} ${dependencies[name]}`);
      }
    }
  });
});

async function sourcesIn(folder) {
  const url = new URL(folder, import.meta.url);
  const files = (await readdir(url)).filter((file) => file.endsWith(".mjs"));
  return Promise.all(files.map((file) => readFile(new URL(file, url), "utf8")));
}

// Code is indented as deep as its place demands.
function trimmed(code) {
  return code.trim().replaceAll(/^\s+/gm, "");
}

function isClient(name) {
  return /apollo|amplify|appsync|urql|relay-runtime|graphql-(ws|sse)|transport/.test(name);
}
