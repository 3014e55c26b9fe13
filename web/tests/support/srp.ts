import { createDiffieHellmanGroup, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * The server's side of the Secure Remote Password protocol (RFC 5054) as Cognito speaks it: the group of 3072 bits of RFC 3526
 * with the generator 2, SHA-256, integers as signed big-endian bytes, and a key derived with the label "Caldera Derived Key".
 */
const N = integerOf(createDiffieHellmanGroup("modp15").getPrime());
const G = 2n;
const K = integerOf(sha256(bytesOf(N), bytesOf(G)));

/** What a pool keeps in place of a password. */
export interface Verifier {
  salt: bigint;
  verifier: bigint;
}

/** Of somebody's password; `identity` is the pool's name with the user's id behind it. */
export function verifierOf(identity: string, password: string): Verifier {
  const salt = integerOf(randomBytes(16));
  const x = integerOf(sha256(bytesOf(salt), sha256(Buffer.from(`${identity}:${password}`))));
  return { salt, verifier: power(G, x) };
}

/** One sign-in by SRP: the server's half of an exchange, and whether the client's proof shows that it knows the password. */
export class Exchange {
  /** The server's public value, in hexadecimal digits. */
  readonly publicValue: string;
  readonly salt: string;
  readonly #key: Buffer;

  /** `clientValue` is `SRP_A`. Throws where it is one that would make the key known to everybody. */
  constructor(clientValue: string, { salt, verifier }: Verifier) {
    const a = BigInt(`0x${clientValue}`);
    if (a % N === 0n) throw new Error("SRP_A is a multiple of the modulus");
    const secret = integerOf(randomBytes(32));
    const b = (K * verifier + power(G, secret)) % N;
    const u = sha256(bytesOf(a), bytesOf(b));
    const shared = power(a * power(verifier, integerOf(u)), secret);
    this.#key = Buffer.from(hkdfSync("sha256", bytesOf(shared), bytesOf(integerOf(u)), "Caldera Derived Key", 16));
    this.publicValue = b.toString(16);
    this.salt = salt.toString(16);
  }

  /** Whether this is the signature of the parts by somebody who knows the password. */
  proves(signature: string, parts: readonly (string | Buffer)[]): boolean {
    const expected = parts.reduce((hmac, part) => hmac.update(part), createHmac("sha256", this.#key)).digest();
    const given = Buffer.from(signature, "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base % N, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % N) {
    if (rest & 1n) result = (result * square) % N;
  }
  return result;
}

function integerOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

/** As few bytes as the number needs, with a sign bit that is 0. */
function bytesOf(integer: bigint): Buffer {
  const digits = integer.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
}
