import { hash } from 'node:crypto';

const SHA256_HEX = /^[0-9a-f]{64}$/i;

/** SHA-256 over UTF-8, as 64 lower-case hex characters (ga4-events facts, section 4). */
export function sha256(text: string): string {
  return hash('sha256', text);
}

/** What senders make of nothing: hashes that join all strangers into one person. */
const HASHES_OF_NOTHING: ReadonlySet<string> = new Set(['', ' ', 'undefined', 'null', '[object Object]', '[object object]'].map(sha256));

/** Whether a text is taken as hashed already; it is never hashed again. */
export function isHashed(text: string): boolean {
  return SHA256_HEX.test(text);
}

/** A hash as it is sent; undefined for the hash of nothing. */
export function usableHash(hashed: string): string | undefined {
  const lower = hashed.toLowerCase();
  return HASHES_OF_NOTHING.has(lower) ? undefined : lower;
}
