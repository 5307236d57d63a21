/** A character that text of the database cannot hold (U+0000, half of a pair), and its spelling in JSON. */
const CODES: ReadonlySet<unknown> = new Set(['22021', '22P05']);

/** Whether PostgreSQL refused a text for a character that it cannot keep; whoever sent it mends it, not we. */
export function isUnstorable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CODES.has(error.code);
}
