import { type RawBuilder, sql } from 'kysely';
import type { Ball, GateId, OnboardingStateName } from '../contract/checklist.js';
import type { Database } from './database.js';
import { tenantsFoundBy } from './found-tenants.js';

/** A gate that somebody must act on, as the inbox shows it. Instants are ISO 8601 in UTC, money in minor units. */
export interface InboxGate {
  readonly slug: string;
  readonly legalName: string;
  readonly onboardingState: OnboardingStateName;
  readonly startedBy: string;
  readonly gate: GateId;
  readonly revision: number;
  readonly evidenceHash: string;
  readonly openedAt: string;
  readonly dueAt: string;
  readonly expiresAt: string;
  readonly needed: number;
  readonly approvals: number;
  /** Who could decide it when it opened. */
  readonly candidates: readonly string[];
  /** Who decided this revision already. */
  readonly voters: readonly string[];
  /** Who amended what it shows, and therefore does not decide it. */
  readonly amenders: readonly string[];
  readonly asks: string;
  readonly amountMinor: number | null;
  readonly currency: string | null;
  readonly ball: Ball;
  readonly claimedBy: string | null;
  /** Whether the person of `first` may decide it now. */
  readonly mine: boolean;
}

/** A person as the rule of who decides sees them: which gates, for which tenants, under which names they may have started or voted. */
export interface Decider {
  readonly id: string;
  readonly mail: string;
  readonly gates: readonly GateId[];
  /** Undefined means all tenants. */
  readonly slugs?: readonly string[] | undefined;
}

export const INBOX_SORTS = ['mine', 'due', 'age', 'amount', 'tenant', 'gate'] as const;
export type InboxSort = (typeof INBOX_SORTS)[number];

export interface InboxQuery {
  /** Whatever ops has in hand, see `tenantsFoundBy`. */
  readonly text?: string | undefined;
  readonly slug?: string | undefined;
  readonly gate?: GateId | undefined;
  /** `kobi` unless told: open gates. With `client` and `tiktok`, gates whose last revision closed with a request for changes. */
  readonly ball?: Ball | undefined;
  /** Only gates that this person may decide now. */
  readonly decider?: Decider | undefined;
  /** The person whose gates come first when sorted by `mine`. */
  readonly first?: Decider | undefined;
  /** ISO 8601. */
  readonly dueBefore?: string | undefined;
  /** ISO 8601. */
  readonly openedBefore?: string | undefined;
  readonly amountFrom?: { readonly amountMinor: number; readonly currency: string } | undefined;
  /** Only these tenants; undefined means all. */
  readonly slugs?: readonly string[] | undefined;
  readonly sort?: InboxSort | undefined;
  readonly offset?: number | undefined;
  /** At most this many, 500 unless told. */
  readonly limit?: number | undefined;
}

/** `mayDecide` of src/domain/people.ts for an approval, as a condition of the database. */
function mayBeDecidedBy({ id, mail, gates, slugs }: Decider): RawBuilder<boolean> {
  const names = [id, mail.toLowerCase()];
  const isNoneOf = (column: RawBuilder<unknown>) =>
    sql`(${column} = '{}' or not exists (select from unnest(${column}) as v where v = ${id} or lower(v) = any(${names}::text[])))`;
  return sql<boolean>`(g.state = 'open' and g.gate = any(${[...gates]}::text[])
    and ${slugs === undefined ? sql`true` : sql`g.slug = any(${[...slugs]}::text[])`}
    and o.started_by <> ${id} and lower(o.started_by) <> ${mail.toLowerCase()}
    and ${isNoneOf(sql`g.voters`)} and ${isNoneOf(sql`g.amenders`)})`;
}

function conditions(query: InboxQuery): RawBuilder<unknown> {
  const { text = '', slug, gate, ball = 'kobi', decider, dueBefore, openedBefore, amountFrom, slugs } = query;
  const all: RawBuilder<unknown>[] = [sql`g.ball = ${ball}`, ball === 'kobi' ? sql`g.state = 'open'` : sql`g.state = 'changes_requested'`];
  if (slugs !== undefined) all.push(sql`g.slug = any(${[...slugs]}::text[])`);
  if (slug !== undefined) all.push(sql`g.slug = ${slug}`);
  if (gate !== undefined) all.push(sql`g.gate = ${gate}`);
  if (text.trim() !== '') all.push(sql`g.slug in ${tenantsFoundBy(text.trim())}`);
  if (dueBefore !== undefined) all.push(sql`g.due_at < ${dueBefore}::timestamptz`);
  if (openedBefore !== undefined) all.push(sql`g.opened_at < ${openedBefore}::timestamptz`);
  if (amountFrom !== undefined) all.push(sql`g.currency = ${amountFrom.currency} and g.amount_minor >= ${amountFrom.amountMinor}`);
  if (decider !== undefined) all.push(mayBeDecidedBy(decider));
  return sql.join(all, sql` and `);
}

const ORDER: Readonly<Record<InboxSort, RawBuilder<unknown>>> = {
  mine: sql`mine desc, g.due_at, g.slug, g.gate`,
  due: sql`g.due_at, g.slug, g.gate`,
  age: sql`g.opened_at, g.slug, g.gate`,
  amount: sql`g.amount_minor desc nulls last, g.currency, g.due_at, g.slug, g.gate`,
  tenant: sql`g.slug, g.gate`,
  gate: sql`g.gate, g.due_at, g.slug`,
};

interface Row {
  readonly slug: string;
  readonly legal_name: string;
  readonly onboarding_state: OnboardingStateName;
  readonly started_by: string;
  readonly gate: GateId;
  readonly revision: number;
  readonly evidence_hash: string;
  readonly opened_at: Date;
  readonly due_at: Date;
  readonly expires_at: Date;
  readonly needed: number;
  readonly approvals: number;
  readonly candidates: string[];
  readonly voters: string[];
  readonly amenders: string[];
  readonly asks: string;
  readonly amount_minor: string | null;
  readonly currency: string | null;
  readonly ball: Ball;
  readonly claimed_by: string | null;
  readonly mine: boolean;
}

function gateOf(row: Row): InboxGate {
  const { slug, gate, revision, needed, approvals, candidates, voters, amenders, asks, currency, ball, mine } = row;
  return {
    slug,
    legalName: row.legal_name,
    onboardingState: row.onboarding_state,
    startedBy: row.started_by,
    gate,
    revision,
    evidenceHash: row.evidence_hash,
    openedAt: row.opened_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    needed,
    approvals,
    candidates,
    voters,
    amenders,
    asks,
    amountMinor: row.amount_minor === null ? null : Number(row.amount_minor),
    currency,
    ball,
    claimedBy: row.claimed_by,
    mine,
  };
}

/** Gates that wait for somebody, a page at a time. */
export async function searchInbox(db: Database, query: InboxQuery): Promise<InboxGate[]> {
  const { first, sort = 'due', offset = 0, limit = 500 } = query;
  const { rows } = await sql<Row>`
    with page as (
      select g.*, o.legal_name, o.state as onboarding_state, o.started_by,
        ${first === undefined ? sql`false` : mayBeDecidedBy(first)} as mine
      from gates g join onboardings o on o.slug = g.slug
      where ${conditions(query)})
    select g.slug, g.legal_name, g.onboarding_state, g.started_by, g.gate, g.revision, g.evidence_hash, g.opened_at, g.due_at, g.expires_at,
      g.needed, g.approvals, g.candidates, g.voters, g.amenders, g.asks, g.amount_minor, g.currency, coalesce(g.ball, 'kobi') as ball,
      c.person as claimed_by, g.mine
    from page g left join gate_claims c on c.slug = g.slug and c.gate = g.gate and c.revision = g.revision
    order by ${ORDER[sort]} limit ${limit} offset ${offset}`.execute(db);
  return rows.map(gateOf);
}

/** How many gates `searchInbox` finds in all, and how many of them the person of `first` may decide. */
export async function countInbox(db: Database, query: InboxQuery): Promise<{ readonly total: number; readonly mine: number }> {
  const { first, decider } = query;
  // Only who started an onboarding, which decides what is mine, stands there.
  const started = first === undefined && decider === undefined ? sql`` : sql`join onboardings o on o.slug = g.slug`;
  const { rows } = await sql<{ total: number; mine: number }>`
    select count(*)::int as total, count(*) filter (where ${first === undefined ? sql`false` : mayBeDecidedBy(first)})::int as mine
    from gates g ${started} where ${conditions(query)}`.execute(db);
  return rows[0] ?? { total: 0, mine: 0 };
}
