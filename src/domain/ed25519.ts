import { Point } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';

const GROUP_ORDER = Point.CURVE().n;
/** Twice the base point: see `timesBase`. */
const TWICE_BASE = Point.BASE.double();

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/**
 * The base point times a scalar, without the library's table of its multiples: every run of a workflow has modules of its own, and a
 * table in each would cost a worker a megabyte and 25 ms for every onboarding that was decided.
 */
function timesBase(scalar: bigint): Point {
  const even = TWICE_BASE.multiply(scalar >> 1n, false);
  return (scalar & 1n) === 1n ? even.add(Point.BASE) : even;
}

/**
 * Whether a signature holds, by RFC 8032 (5.1.7) in its strict reading: canonical encodings, the scalar below the group's order, no
 * public key of small order, so that one message and key have no second spelling. Synchronous and without I/O, for workflow code.
 *
 * @param signature 64 bytes
 * @param publicKey 32 bytes
 */
export function ed25519Holds(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const commitment = signature.subarray(0, 32);
  const scalar = littleEndian(signature.subarray(32));
  if (scalar >= GROUP_ORDER) return false;
  try {
    const key = Point.fromBytes(publicKey);
    const committed = Point.fromBytes(commitment);
    if (key.isSmallOrder()) return false;
    const challenge = littleEndian(sha512(concatBytes(commitment, publicKey, message))) % GROUP_ORDER;
    return committed.add(key.multiply(challenge, false)).subtract(timesBase(scalar)).clearCofactor().is0();
  } catch {
    // No point of the curve is encoded there.
    return false;
  }
}
