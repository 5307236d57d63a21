import { createHash } from 'node:crypto';

/** One request as the simulator saw it. */
export interface LedgerEntry {
  readonly sequence: number;
  /** Simulated time, ISO. */
  readonly at: string;
  /** Real time in epoch milliseconds: what request rates are measured in. */
  readonly wallMs: number;
  readonly method: string;
  readonly path: string;
  readonly httpStatus: number;
  readonly code: number | null;
  readonly message: string;
  readonly requestId: string;
  readonly mutation: boolean;
  /** The state was changed by this request, whatever answer went out. */
  readonly committed: boolean;
  /** First characters of the token's hash; the token itself is never kept. */
  readonly tokenRef: string;
  readonly bcId: string;
  readonly advertiserId: string;
  /** Names and ids that say which tenant the request was for. */
  readonly subjects: readonly string[];
  /** The request's fields without secrets and files; only for mutations. */
  readonly parameters: Record<string, unknown> | null;
  /** Ids of what the request created. */
  readonly created: readonly string[];
  /** The fault that fired on it. */
  readonly fault: string | null;
}

/** Filters of `GET /_sim/ledger`. */
export interface LedgerFilter {
  path?: string | undefined;
  mutation?: boolean | undefined;
  committed?: boolean | undefined;
  advertiser?: string | undefined;
  tenant?: string | undefined;
  code?: number | undefined;
  since?: number | undefined;
  limit?: number | undefined;
}

const SECRET_NAMES = new Set(['secret', 'access_token', 'refresh_token', 'client_secret', 'auth_code', 'code', 'password']);

/** Drops what must not be kept: secrets of the OAuth calls become a mark. Spark codes stay, they are what tests look for. */
export function redacted(path: string, values: Record<string, unknown>): Record<string, unknown> {
  const oauth = path.includes('/oauth');
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const hide = SECRET_NAMES.has(name) && (oauth || name !== 'auth_code');
      return [name, hide ? '[redacted]' : value];
    }),
  );
}

/** A short name for a token that does not give it away. */
export function tokenRef(token: string): string {
  return token === '' ? '' : createHash('sha256').update(token).digest('hex').slice(0, 10);
}

const HEAVY_EVENTS = 50;
const MOST_HEAVY = 200;

/** Every request since the last reset, oldest first; the oldest are dropped beyond the limit. */
export class Ledger {
  #entries: LedgerEntry[] = [];
  #sequence = 0;
  #heavy: number[] = [];

  constructor(private readonly limit = 500_000) {}

  add(entry: Omit<LedgerEntry, 'sequence'>): LedgerEntry {
    this.#sequence += 1;
    const full = { sequence: this.#sequence, ...entry };
    this.#entries.push(full);
    this.#lighten(full);
    if (this.#entries.length > this.limit) this.#entries.splice(0, Math.ceil(this.limit / 10));
    return full;
  }

  /** Of requests with many events only the newest keep them: a million events would fill the memory. */
  #lighten({ sequence, parameters }: LedgerEntry): void {
    if (!Array.isArray(parameters?.data) || parameters.data.length <= HEAVY_EVENTS) return;
    this.#heavy.push(sequence);
    if (this.#heavy.length <= MOST_HEAVY) return;
    const oldest = this.#heavy.shift();
    const index = this.#entries.findIndex((entry) => entry.sequence === oldest);
    const entry = this.#entries[index];
    if (entry !== undefined) this.#entries[index] = { ...entry, parameters: { ...entry.parameters, data: 'not kept' } };
  }

  /** Number of requests since the last reset, dropped ones included. */
  get count(): number {
    return this.#sequence;
  }

  /** Entries that match every given filter, oldest first; `limit` keeps the newest. */
  find(filter: LedgerFilter): LedgerEntry[] {
    const found = this.#entries.filter((entry) => matches(entry, filter));
    return filter.limit === undefined ? found : found.slice(-filter.limit);
  }

  clear(): void {
    this.#entries = [];
    this.#heavy = [];
    this.#sequence = 0;
  }

  toJSON(): LedgerEntry[] {
    return this.#entries;
  }

  restore(entries: readonly LedgerEntry[]): void {
    this.#entries = [...entries];
    this.#sequence = entries.at(-1)?.sequence ?? 0;
  }
}

function matches(entry: LedgerEntry, filter: LedgerFilter): boolean {
  if (filter.path !== undefined && entry.path !== filter.path) return false;
  if (filter.mutation !== undefined && entry.mutation !== filter.mutation) return false;
  if (filter.committed !== undefined && entry.committed !== filter.committed) return false;
  if (filter.code !== undefined && entry.code !== filter.code) return false;
  if (filter.since !== undefined && entry.sequence <= filter.since) return false;
  const { advertiser, tenant } = filter;
  if (advertiser !== undefined && entry.advertiserId !== advertiser && !entry.subjects.includes(advertiser)) return false;
  return tenant === undefined || entry.subjects.some((subject) => subject.startsWith(`kobi_${tenant}_`));
}
