import { createHash } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import { CHAIN_START, ChainCheck, type ChainFault, hashedText, type LedgerRow, storable, storableText } from '../domain/ledger-chain.js';
import type { Database } from './database.js';
import type { LedgerTable, Tables } from './tables.js';

export interface NewLedgerRow {
  readonly slug: string;
  readonly kind: string;
  /** Makes the row idempotent: the same key in the same tenant is one row. */
  readonly key: string;
  readonly actor: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly at: string;
}

export interface Appended {
  readonly row: LedgerRow;
  /** False when the key was there already; `row` is then the earlier one. */
  readonly appended: boolean;
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function rowOf(stored: Selectable<LedgerTable>): LedgerRow {
  return { ...stored, at: stored.at.toISOString() };
}

/** What an append must know: the row of that key, if there is one, and the newest row of the tenant. */
async function readEnds(db: Kysely<Tables>, slug: string, key: string): Promise<{ existing?: LedgerRow; head?: LedgerRow }> {
  const found = await sql<Selectable<LedgerTable> & { which: 'existing' | 'head' }>`
    (select 'existing' as which, l.* from ledger l where slug = ${slug} and key = ${key})
    union all
    (select 'head' as which, l.* from ledger l where slug = ${slug} order by seq desc limit 1)`.execute(db);
  return Object.fromEntries(found.rows.map(({ which, ...stored }) => [which, rowOf(stored)]));
}

/** One try; undefined when somebody else took the sequence number in between. */
async function tryAppend(db: Kysely<Tables>, fresh: NewLedgerRow): Promise<Appended | undefined> {
  const { existing, head } = await readEnds(db, fresh.slug, fresh.key);
  if (existing) return { row: existing, appended: false };
  const entry = { ...fresh, seq: (head?.seq ?? 0) + 1, prev: head?.hash ?? CHAIN_START };
  const row = { ...entry, hash: sha256Hex(hashedText(entry)) };
  const inserted = await db
    .insertInto('ledger')
    .values({ ...row, payload: JSON.stringify(row.payload) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n ? { row, appended: true } : undefined;
}

const MAX_TRIES = 1_000;

/**
 * Appends a row to its tenant's chain, once per key. Uncontended it takes two round trips; who loses the race for a sequence number
 * queues at the tenant's lock instead of racing on. Called within a transaction, the row stands or falls with it.
 *
 * @throws Error of the database; nothing is then recorded
 */
export async function appendToLedger(db: Kysely<Tables>, row: NewLedgerRow): Promise<Appended> {
  const fresh: NewLedgerRow = {
    slug: row.slug,
    kind: row.kind,
    key: storableText(row.key),
    actor: storableText(row.actor),
    payload: Object.fromEntries(
      Object.entries(row.payload)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => [storableText(name), storable(member)]),
    ),
    at: new Date(row.at).toISOString(),
  };
  const first = await tryAppend(db, fresh);
  if (first) return first;
  const queue = async (transaction: Kysely<Tables>): Promise<Appended> => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`ledger:${fresh.slug}`}, 0))`.execute(transaction);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const appended = await tryAppend(transaction, fresh);
      if (appended) return appended;
    }
    throw new Error(`the ledger of ${fresh.slug} took no row in ${MAX_TRIES} tries`);
  };
  return db.isTransaction ? queue(db) : db.transaction().execute(queue);
}

export interface LedgerFilter {
  readonly slug?: string;
  /** Rows after this sequence number; only with `slug`. */
  readonly afterSeq?: number;
  readonly kinds?: readonly string[];
  /** At most this many, 1,000 unless told. */
  readonly limit?: number;
}

/** Rows by tenant and sequence number. */
export async function listLedger(db: Database, { slug, afterSeq, kinds, limit = 1_000 }: LedgerFilter = {}): Promise<LedgerRow[]> {
  let query = db.selectFrom('ledger').selectAll().orderBy('slug').orderBy('seq').limit(limit);
  if (slug !== undefined) query = query.where('slug', '=', slug);
  if (afterSeq !== undefined) query = query.where('seq', '>', afterSeq);
  if (kinds) query = query.where('kind', 'in', [...kinds]);
  return (await query.execute()).map(rowOf);
}

/** The last rows of one tenant, newest first. */
export async function newestLedgerRows(db: Database, slug: string, limit: number): Promise<LedgerRow[]> {
  const rows = await db.selectFrom('ledger').selectAll().where('slug', '=', slug).orderBy('seq', 'desc').limit(limit).execute();
  return rows.map(rowOf);
}

/** Every row of one tenant or of all, by tenant and sequence number, a page at a time. */
export async function* ledgerRows(db: Database, slug?: string, pageSize = 1_000): AsyncGenerator<LedgerRow> {
  let after: LedgerRow | undefined;
  for (;;) {
    const from: LedgerRow | undefined = after;
    let query = db.selectFrom('ledger').selectAll().orderBy('slug').orderBy('seq').limit(pageSize);
    if (slug !== undefined) query = query.where('slug', '=', slug);
    if (from) query = query.where(sql<boolean>`(slug, seq) > (${from.slug}, ${from.seq})`);
    const page = (await query.execute()).map(rowOf);
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1);
  }
}

export interface ChainReport {
  readonly slug: string;
  readonly rows: number;
  readonly head: string;
  /** The first bad sequence number and why, or null when the chain holds. */
  readonly fault: ChainFault | null;
}

/** Recomputes every hash of one tenant's chain, or of all. A tenant without rows has no report. */
export async function verifyChain(db: Database, slug?: string): Promise<ChainReport[]> {
  const checks = new Map<string, ChainCheck>();
  for await (const row of ledgerRows(db, slug)) {
    let check = checks.get(row.slug);
    if (!check) checks.set(row.slug, (check = new ChainCheck(sha256Hex)));
    check.add(row);
  }
  return [...checks].map(([name, check]) => ({ slug: name, rows: check.rows, head: check.headHash, fault: check.fault }));
}
