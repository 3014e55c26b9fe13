// Starts cognito-local with one user pool, its client and its accounts, of which accounts.json knows. The emulator gives new pools a
// random id, so they are written where it keeps them, before it starts. Its state is in /tmp, and every start is a new one.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

import { startFront } from "./front.mjs";

const PORT = 9229;
const BEHIND = 9230;

const { pool, client, password, accounts, guests } = JSON.parse(readFileSync("accounts.json", "utf8"));
const people = [...accounts, ...Array.from({ length: guests }, (_, index) => ({ name: `guest${index + 1}` }))];
const now = new Date().toISOString();

const user = ({ name }) => ({
  Username: name,
  Password: password,
  Attributes: [
    { Name: "sub", Value: subject(name) },
    { Name: "email", Value: `${name}@plenary.example` },
    { Name: "email_verified", Value: "true" },
  ],
  Enabled: true,
  UserStatus: "CONFIRMED",
  UserCreateDate: now,
  UserLastModifiedDate: now,
  RefreshTokens: [],
});

const group = (name) => ({
  GroupName: name,
  CreationDate: now,
  LastModifiedDate: now,
  members: people.filter((person) => person.group === name).map((person) => person.name),
});

/** The same name is the same user after each start. */
function subject(name) {
  const hex = createHash("sha256").update(name).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}

function byName(names, make) {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

function write(file, content) {
  writeFileSync(`.cognito/${file}`, JSON.stringify(content));
}

process.chdir("/tmp");
mkdirSync(".cognito/db", { recursive: true });
write("config.json", {
  TokenConfig: { IssuerDomain: `http://localhost:${PORT}` },
  ServerConfig: { hostname: "127.0.0.1", port: BEHIND },
});
write("db/clients.json", {
  Clients: {
    [client]: {
      ClientId: client,
      ClientName: client,
      UserPoolId: pool,
      TokenValidityUnits: { AccessToken: "hours", IdToken: "hours", RefreshToken: "days" },
      CreationDate: now,
      LastModifiedDate: now,
    },
  },
});
write(`db/${pool}.json`, {
  Options: { Id: pool, Name: pool, MfaConfiguration: "OFF", UsernameAttributes: [], CreationDate: now, LastModifiedDate: now },
  Users: Object.fromEntries(people.map((person) => [person.name, user(person)])),
  Groups: byName([...new Set(people.flatMap((person) => person.group ?? []))], group),
});

await import("cognito-local/lib/bin/start.js");
startFront({ port: PORT, emulator: `http://127.0.0.1:${BEHIND}`, pool, password, names: new Set(people.map(({ name }) => name)) });
