// Reads the HdrHistograms of plenary-loadtest's results: base64 of version 2 of the encoding, three digits, from 1 on.

const COOKIE = 0x1c849313;
const HEADER_BYTES = 40;
/** Three digits need 2,048 buckets of one size; every later size shares half of them with the one before. */
const HALF_BITS = 10n;
const HALF = 1n << HALF_BITS;

/** The value that this share, of 1, does not exceed. */
export function quantile(encoded, share) {
  const buckets = decode(Buffer.from(encoded, "base64"));
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (const { index, count } of buckets) {
    seen += count;
    if (seen >= rank) return highest(BigInt(index));
  }
  return NaN;
}

/** The buckets that are not empty. */
function decode(bytes) {
  if (bytes.readUInt32BE(0) !== COOKIE || bytes.readUInt32BE(12) !== 3) {
    throw new Error("this is no histogram of three digits");
  }
  const end = HEADER_BYTES + bytes.readUInt32BE(4);
  const buckets = [];
  let index = 0;
  for (let at = HEADER_BYTES; at < end; ) {
    const { value, next } = signed(bytes, at);
    if (value > 0) buckets.push({ index, count: value });
    index += value < 0 ? -value : 1;
    at = next;
  }
  return buckets;
}

/** A number in ZigZag LEB128. */
function signed(bytes, at) {
  let [value, shift, byte] = [0n, 0n, 0];
  do {
    byte = bytes[at++];
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
  } while (byte & 0x80);
  return { value: Number((value >> 1n) ^ -(value & 1n)), next: at };
}

function highest(index) {
  const size = index >> HALF_BITS;
  if (size < 2n) return Number(index);
  const shift = size - 1n;
  const lowest = ((index & (HALF - 1n)) + HALF) << shift;
  return Number(lowest + (1n << shift) - 1n);
}
