/**
 * JSON with numbers that JavaScript cannot hold. TikTok answers some 19-digit ids as bare numbers (facts 1.1, 3.8), so the
 * simulator needs a way to write them digit by digit.
 */

/** A number that is written to the wire exactly as its digits, never through a JS number. */
export class RawNumber {
  constructor(readonly digits: string) {
    if (!/^-?\d+$/.test(digits)) throw new Error(`not an integer: ${digits}`);
  }

  toJSON(): string {
    return `\u0001raw:${this.digits}`;
  }
}

/** JSON text of a value; `RawNumber` becomes a bare number. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value).replace(/"\\u0001raw:(-?\d+)"/g, '$1');
}

/** True for plain JSON objects. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
