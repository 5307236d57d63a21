import { createHash } from 'node:crypto';

const FIRST_ID = 7_300_000_000_000_100_000n;

/** A 19-digit decimal id that a JS number cannot hold (facts 1.1). */
export function longId(sequence: number): string {
  return (FIRST_ID + BigInt(sequence) * 7n).toString();
}

/** Twenty upper-case characters as pixel codes have (facts 4.1). */
export function pixelCode(sequence: number): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUV';
  const bytes = createHash('sha256').update(`pixel:${sequence}`).digest();
  return `C${[...bytes.subarray(0, 19)].map((byte) => alphabet[byte % 32]).join('')}`;
}

/** A video id in the shape TikTok uses (facts 7.7). */
export function videoId(sequence: number): string {
  return `v10033g50000${createHash('sha256').update(`video:${sequence}`).digest('hex').slice(0, 20)}`;
}

/** An image id in the shape TikTok uses (facts 7.7). */
export function imageId(sequence: number): string {
  return `ad-site-i18n-sg/${createHash('sha256').update(`image:${sequence}`).digest('hex').slice(0, 32)}`;
}

/** The UUID-like id of an identity (facts 6.3). */
export function identityId(key: string): string {
  const hex = createHash('sha256').update(`identity:${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** A Spark code: `#`, base64 characters, `=` (facts 6.1). */
export function sparkCode(key: string): string {
  const text = createHash('sha512').update(`spark:${key}`).digest('base64').slice(0, 62);
  return `#${text}4=`;
}
