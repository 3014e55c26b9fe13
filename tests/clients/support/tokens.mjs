import { execFile } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Tokens of the development issuer of a data directory, which have Cognito's claims, and such as nobody may accept. */
export function tokensOf(plenary, dataDir) {
  const print = async (user, ...options) => {
    const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
    return (await promisify(execFile)(plenary, ["token", "--user", user, ...options], { env })).stdout.trim();
  };
  const idToken = (user, ...groups) => print(user, ...groups.flatMap((group) => ["--group", group]));

  return {
    token: idToken,
    accessToken: (user) => print(user, "--access"),
    expiredToken: async (user) => {
      const key = await readFile(join(dataDir, "development-key.pem"));
      const hourAgo = Math.floor(Date.now() / 1000) - 3600;
      return signedAnew(await idToken(user), key, { exp: hourAgo });
    },
    forgedToken: async (user) => {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      return signedAnew(await idToken(user), privateKey);
    },
  };
}

function signedAnew(token, key, changes = {}) {
  const [header, payload] = token.split(".");
  const claims = { ...JSON.parse(Buffer.from(payload, "base64url")), ...changes };
  const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}
