// The server's half of Secure Remote Password (RFC 5054) in Cognito's dialect: the 3072 bits of RFC 3526's group 15, generator 2, SHA-256
// over numbers as signed big-endian bytes, and a key by HKDF with the label "Caldera Derived Key".

import { createDiffieHellmanGroup, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

const MODULUS = number(createDiffieHellmanGroup("modp15").getPrime());
const GENERATOR = 2n;
const MULTIPLIER = number(hash(bytes(MODULUS), bytes(GENERATOR)));

/**
 * Begins a sign-in of `identity` (the pool's name and the user's), whose client has sent `clientValue` (`SRP_A`). `proves` tells whether a
 * signature over the parts is by somebody who knows the password.
 */
export function exchange(identity, password, clientValue) {
  const client = BigInt(`0x${clientValue}`);
  if (client % MODULUS === 0n) throw new Error("SRP_A is a multiple of the modulus");
  const salt = number(randomBytes(16));
  const verifier = power(GENERATOR, number(hash(bytes(salt), hash(Buffer.from(`${identity}:${password}`)))));
  const secret = number(randomBytes(32));
  const server = (MULTIPLIER * verifier + power(GENERATOR, secret)) % MODULUS;
  const scramble = number(hash(bytes(client), bytes(server)));
  const shared = power(client * power(verifier, scramble), secret);
  const key = Buffer.from(hkdfSync("sha256", bytes(shared), bytes(scramble), "Caldera Derived Key", 16));

  const proves = (signature, parts) => {
    const expected = parts.reduce((mac, part) => mac.update(part), createHmac("sha256", key)).digest();
    const given = Buffer.from(signature, "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  return { salt: salt.toString(16), serverValue: server.toString(16), proves };
}

function hash(...parts) {
  return parts.reduce((sum, part) => sum.update(part), createHash("sha256")).digest();
}

function power(base, exponent) {
  let result = 1n;
  for (let square = base % MODULUS, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % MODULUS) {
    if (rest & 1n) result = (result * square) % MODULUS;
  }
  return result;
}

function number(octets) {
  return BigInt(`0x${octets.toString("hex")}`);
}

/** As few as it takes, with room for a sign that is positive. */
function bytes(value) {
  const digits = value.toString(16);
  const even = digits.padStart(digits.length + (digits.length % 2), "0");
  return Buffer.from(/^[89a-f]/u.test(even) ? `00${even}` : even, "hex");
}
