import { hostname } from 'node:os';

/** Traces of a recording's place, such as its folder or a server's address, each with what stands in its stead. */
export type StandIns = Readonly<Record<string, string>>;

/** The folder of the sources and the machine's name, which clients and workers give as part of their identity. */
export function machineStandIns(root: string): StandIns {
  return { [root]: '/kobi', [`@${hostname()}`]: '@kobi' };
}

function scrubText(text: string, standIns: StandIns): string {
  return Object.entries(standIns).reduce((scrubbed, [trace, standIn]) => scrubbed.replaceAll(trace, standIn), text);
}

function isPayload(value: object): value is { metadata: object; data: string } {
  return 'metadata' in value && 'data' in value && typeof value.data === 'string';
}

function scrubbed(value: unknown, standIns: StandIns): unknown {
  if (typeof value === 'string') return scrubText(value, standIns);
  if (Array.isArray(value)) return value.map((item: unknown) => scrubbed(item, standIns));
  if (typeof value !== 'object' || value === null) return value;
  if (isPayload(value)) {
    const text = scrubText(Buffer.from(value.data, 'base64').toString('utf8'), standIns);
    return { ...value, data: Buffer.from(text, 'utf8').toString('base64') };
  }
  return scrub(value, standIns);
}

/** The same JSON without the traces, also inside of Temporal's payloads, which must be plain JSON. */
export function scrub(value: object, standIns: StandIns): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, scrubbed(member, standIns)]));
}

/** Every text of a history, payloads decoded: where secrets and traces would be. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => textsOf(item));
  if (typeof value !== 'object' || value === null) return [];
  if (isPayload(value)) return [Buffer.from(value.data, 'base64').toString('utf8')];
  return Object.values(value).flatMap((member: unknown) => textsOf(member));
}
