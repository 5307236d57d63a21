import { canonicalJson } from './canonical-json.js';

/** What a row of the ledger says; its hash covers all of it and the hash of the row before. */
export interface LedgerEntry {
  readonly slug: string;
  readonly seq: number;
  readonly prev: string;
  readonly kind: string;
  readonly key: string;
  readonly actor: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** ISO 8601 in UTC with milliseconds. */
  readonly at: string;
}

export interface LedgerRow extends LedgerEntry {
  /** SHA-256 of `hashedText(row)`, 64 lower-case hex. */
  readonly hash: string;
}

/** What stands before a tenant's first row. */
export const CHAIN_START = '0'.repeat(64);

/** The text whose SHA-256 is the row's hash: RFC 8785 JSON of the entry. */
export function hashedText({ prev, slug, seq, kind, key, actor, payload, at }: LedgerEntry): string {
  return canonicalJson({ prev, slug, seq, kind, key, actor, payload, at });
}

/**
 * Text as both PostgreSQL's jsonb and canonical JSON can hold it: NUL and lone surrogates, which neither takes, become U+FFFD. Without
 * this a reason with such a character could never be recorded, and its decision would be retried for ever.
 */
export function storableText(text: string): string {
  return text.replace(/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}

/** A JSON value with every text and key made storable; undefined members are left out. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map((item: unknown) => storable(item));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => [storableText(name), storable(member)]),
    );
  }
  return value;
}

export interface ChainFault {
  /** The first sequence number that is wrong or missing. */
  readonly seq: number;
  readonly reason: string;
}

/** Checks one tenant's rows as they come, in order, without holding them all. */
export class ChainCheck {
  private head = CHAIN_START;
  private count = 0;
  private firstFault: ChainFault | null = null;

  /** @param sha256Hex SHA-256 of a text as 64 lower-case hex; injected, because the domain has no Node */
  constructor(private readonly sha256Hex: (text: string) => string) {}

  add(row: LedgerRow): void {
    const seq = this.count + 1;
    this.firstFault ??= this.faultOf(row, seq);
    this.head = row.hash;
    this.count = seq;
  }

  /** Hash of the newest row; published elsewhere it also shows a cut tail, which a chain alone cannot. */
  get headHash(): string {
    return this.head;
  }

  get rows(): number {
    return this.count;
  }

  get fault(): ChainFault | null {
    return this.firstFault;
  }

  private faultOf(row: LedgerRow, seq: number): ChainFault | null {
    if (row.seq !== seq) return { seq, reason: `row ${seq} is missing; row ${row.seq} follows` };
    if (row.prev !== this.head) return { seq, reason: 'the row does not follow from the one before' };
    if (this.sha256Hex(hashedText(row)) !== row.hash) return { seq, reason: 'the content of the row is not what was recorded' };
    return null;
  }
}
