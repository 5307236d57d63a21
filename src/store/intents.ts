import { type Selectable, sql } from 'kysely';
import { storableText } from '../domain/ledger-chain.js';
import type { Database } from './database.js';
import type { IntentState, IntentsTable } from './tables.js';

export interface IntentPlan {
  /** Tenant, step and subject; the same call has the same key in every attempt and run. */
  readonly key: string;
  readonly slug: string;
  /** What the call does, such as `create_advertiser`. */
  readonly kind: string;
  /** What a reconciliation must know of the request; no secrets. */
  readonly request?: Readonly<Record<string, unknown>>;
}

export interface Intent {
  readonly key: string;
  readonly slug: string;
  readonly kind: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly state: IntentState;
  /** Calls that left us. */
  readonly attempts: number;
  readonly remoteIds: Readonly<Record<string, string>>;
  readonly detail: string;
  /** ISO 8601 in UTC. */
  readonly plannedAt: string;
  readonly sentAt: string | null;
}

function intentOf(row: Selectable<IntentsTable>): Intent {
  const { key, slug, kind, request, state, attempts, detail } = row;
  return {
    key,
    slug,
    kind,
    request,
    state,
    attempts,
    detail,
    remoteIds: row.remote_ids,
    plannedAt: row.planned_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
  };
}

/** A move that the intent's state does not allow; something calls twice, or believes what was never read. */
export class IntentMoveRefused extends Error {
  override readonly name = 'IntentMoveRefused';
  constructor(
    key: string,
    readonly from: IntentState | 'missing',
    to: IntentState,
  ) {
    super(`intent ${key} is ${from} and cannot become ${to}`);
  }
}

/**
 * The only moves. `sent` comes from `planned` alone, so of any number of callers one sends; `absent` and `confirmed` are what a
 * reconciliation or TikTok's clear answer says; back to `planned` only when the call certainly never left us.
 */
const COMES_FROM: Readonly<Record<IntentState, readonly IntentState[]>> = {
  planned: ['planned', 'sent'],
  sent: ['planned'],
  unknown: ['sent', 'unknown'],
  absent: ['planned', 'sent', 'unknown', 'absent'],
  confirmed: ['planned', 'sent', 'unknown', 'confirmed'],
};

/**
 * Writes the intent before the call. One that is `absent` is planned anew; one that is `sent`, `unknown` or `confirmed` comes back as
 * it stands, and the caller must not call.
 */
export async function planIntent(db: Database, { key, slug, kind, request = {} }: IntentPlan): Promise<Intent> {
  const row = await db
    .insertInto('intents')
    .values({ key, slug, kind, request: JSON.stringify(request), state: 'planned', remote_ids: '{}', planned_at: sql`clock_timestamp()` })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({
          state: 'planned',
          request: JSON.stringify(request),
          detail: '',
          planned_at: sql`clock_timestamp()`,
          sent_at: null,
          settled_at: null,
        })
        .where('intents.state', '=', 'absent'),
    )
    .returningAll()
    .executeTakeFirst();
  if (row) return intentOf(row);
  const earlier = await readIntent(db, key);
  if (!earlier) throw new Error(`intent ${key} is gone; rows of intents are never removed`);
  if (earlier.slug !== slug || earlier.kind !== kind) throw new Error(`intent ${key} belongs to ${earlier.kind} of ${earlier.slug}`);
  return earlier;
}

/** The intent of a key, or undefined when nothing was ever planned under it. */
export async function readIntent(db: Database, key: string): Promise<Intent | undefined> {
  const row = await db.selectFrom('intents').selectAll().where('key', '=', key).executeTakeFirst();
  return row && intentOf(row);
}

/** Every intent of a tenant, oldest first. */
export async function listIntents(db: Database, slug: string): Promise<Intent[]> {
  const rows = await db.selectFrom('intents').selectAll().where('slug', '=', slug).orderBy('planned_at').orderBy('key').execute();
  return rows.map(intentOf);
}

/**
 * Takes the right to call: true for exactly one caller, just before its call. False means that somebody else sent it: do not call.
 */
export async function markSent(db: Database, key: string): Promise<boolean> {
  const updated = await db
    .updateTable('intents')
    .set({ state: 'sent', attempts: sql`attempts + 1`, sent_at: sql`clock_timestamp()` })
    .where('key', '=', key)
    .where('state', 'in', [...COMES_FROM.sent])
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

async function move(db: Database, key: string, to: Exclude<IntentState, 'sent' | 'confirmed'>, detail: string): Promise<void> {
  const updated = await db
    .updateTable('intents')
    .set({ state: to, detail: storableText(detail), settled_at: to === 'absent' ? sql`clock_timestamp()` : null })
    .where('key', '=', key)
    .where('state', 'in', [...COMES_FROM[to]])
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) throw new IntentMoveRefused(key, (await readIntent(db, key))?.state ?? 'missing', to);
}

/** The call certainly never left us (no connection, no free slot): it may be made again. @throws IntentMoveRefused */
export async function markUnsent(db: Database, key: string, detail = ''): Promise<void> {
  await move(db, key, 'planned', detail);
}

/** The call got no answer, or none that says whether it happened. @throws IntentMoveRefused */
export async function markUnknown(db: Database, key: string, detail: string): Promise<void> {
  await move(db, key, 'unknown', detail);
}

/** The call certainly did not happen: TikTok refused it, or reads over 90 s found nothing. @throws IntentMoveRefused */
export async function markAbsent(db: Database, key: string, detail: string): Promise<void> {
  await move(db, key, 'absent', detail);
}

/**
 * The call happened and made these objects. Confirming again with the same ids changes nothing.
 *
 * @throws IntentMoveRefused when it was found absent, or confirmed with other ids: one intent has one outcome
 */
export async function confirmIntent(db: Database, key: string, remoteIds: Readonly<Record<string, string>>): Promise<void> {
  const ids = JSON.stringify(remoteIds);
  const updated = await db
    .updateTable('intents')
    .set({ state: 'confirmed', remote_ids: ids, detail: '', settled_at: sql`clock_timestamp()` })
    .where('key', '=', key)
    .where('state', 'in', [...COMES_FROM.confirmed])
    .where((where) => where.or([where('state', '!=', 'confirmed'), sql<boolean>`remote_ids = ${ids}::jsonb`]))
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) throw new IntentMoveRefused(key, (await readIntent(db, key))?.state ?? 'missing', 'confirmed');
}
