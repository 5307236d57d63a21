/** A payload in the JSON form that codec servers speak: bytes as base64. */
export interface PayloadJson {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

const base64 = (bytes: unknown): string => (bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64') : '');

/** Every payload inside a message of Temporal's API, in order; those of search attributes are left out, for the server must read them. */
export function payloadsIn(message: unknown): PayloadJson[] {
  if (typeof message !== 'object' || message === null || message instanceof Uint8Array) return [];
  if (Array.isArray(message)) return message.flatMap(payloadsIn);
  if ('data' in message && 'metadata' in message && typeof message.metadata === 'object' && message.metadata !== null) {
    const metadata = Object.fromEntries(Object.entries(message.metadata).map(([name, value]) => [name, base64(value)]));
    return [{ metadata, data: base64(message.data) }];
  }
  return Object.entries(message).flatMap(([name, value]) => (name === 'searchAttributes' ? [] : payloadsIn(value)));
}
