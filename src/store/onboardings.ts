import { type Selectable, sql } from 'kysely';
import { type Ball, type OnboardingStateName, STEP_OF_GATE } from '../contract/checklist.js';
import type { GateStatus, OnboardingStatus } from '../contract/status.js';
import { amountAsked, whatIsAsked } from '../domain/gate-asks.js';
import { storable } from '../domain/ledger-chain.js';
import type { Database } from './database.js';
import type { OnboardingsTable } from './tables.js';

export interface StatusProjection {
  readonly status: OnboardingStatus;
  /** Counts the projections of one start. */
  readonly version: number;
  readonly workflowId: string;
  readonly runId: string;
}

/** What lists sort and filter by, derived from the status so that it cannot disagree with it. */
function columnsOf({ steps, gates }: OnboardingStatus) {
  const due = [
    ...gates.filter((gate) => gate.state === 'open').map((gate) => gate.dueAt),
    ...steps.flatMap((step) => (step.state === 'waiting_on' && step.expectedBy ? [step.expectedBy] : [])),
  ];
  const settled = steps.filter((step) => step.state === 'done' || step.state === 'skipped').length;
  return {
    balls: [...new Set(steps.flatMap((step) => (step.ball ? [step.ball] : [])))],
    failureCodes: [...new Set(steps.flatMap((step) => (step.failure ? [step.failure.code] : [])))],
    dueAt: due.toSorted()[0] ?? null,
    percent: steps.length === 0 ? 0 : Math.floor((settled / steps.length) * 100),
  };
}

/** Nobody once the onboarding has ended. A gate is open only while Kobi has the ball; where changes were asked for, whoever has the ball of its step must act. */
function ballOf(gate: GateStatus, { state, steps }: OnboardingStatus): Ball | null {
  if (state === 'live' || state === 'cancelling' || state === 'cancelled') return null;
  if (gate.state === 'open') return 'kobi';
  if (gate.state !== 'changes_requested') return null;
  return steps.find((step) => step.id === STEP_OF_GATE[gate.id])?.ball ?? null;
}

function gateRows(status: OnboardingStatus) {
  return status.gates.map((gate) => ({
    gate: gate.id,
    revision: gate.revision,
    state: gate.state,
    evidence_hash: gate.evidenceHash,
    opened_at: gate.openedAt,
    due_at: gate.dueAt,
    expires_at: gate.expiresAt,
    needed: gate.needed,
    approvals: new Set(gate.decisions.filter((vote) => vote.verdict === 'approve').map((vote) => vote.actor)).size,
    candidates: gate.candidates,
    voters: gate.decisions.map((vote) => vote.actor),
    amenders: gate.amendedBy ?? [],
    asks: whatIsAsked(gate.id, gate.evidence),
    amount_minor: amountAsked(gate.id, gate.evidence)?.amountMinor ?? null,
    currency: amountAsked(gate.id, gate.evidence)?.currency ?? null,
    ball: ballOf(gate, status),
  }));
}

function remoteIdRows({ steps }: OnboardingStatus) {
  return steps.flatMap((step) => Object.entries(step.remoteIds).map(([kind, id]) => ({ kind, id })));
}

/** A step that has not begun has no span: nobody waits for it. */
function spanRows({ steps }: OnboardingStatus) {
  return steps
    .filter((step) => step.state !== 'waiting')
    .map(({ id, since, state, ball, expectedBy }) => ({ step: id, since, state, ball, expected_by: expectedBy }));
}

/**
 * Saves where an onboarding stands, its gates and its remote ids, all or nothing and in one round trip. A projection that is older
 * than the saved one (an earlier start, or a lower version) changes nothing.
 *
 * @returns whether it was saved
 */
export async function saveStatus(db: Database, { status: given, version, workflowId, runId }: StatusProjection): Promise<boolean> {
  const columns = columnsOf(given);
  const text = JSON.stringify(storable(given));
  const gates = gateRows(given);
  const spans = JSON.stringify(spanRows(given));
  const saved = await sql<{ slug: string }>`
    with saved as (
      insert into onboardings (slug, workflow_id, run_id, started_at, version, legal_name, vertical, mode, state, started_by, tenant_hash,
        balls, failure_codes, due_at, percent, status, updated_at)
      select s->>'slug', ${workflowId}::text, ${runId}::text, (s->>'startedAt')::timestamptz, ${version}::bigint, s->>'legalName', s->>'vertical', s->>'mode', s->>'state',
        s->>'startedBy', s->>'tenantHash', ${columns.balls}::text[], ${columns.failureCodes}::text[], ${columns.dueAt}::timestamptz, ${columns.percent}::integer, s, clock_timestamp()
      from (select ${text}::jsonb as s) as given
      on conflict (slug) do update set
        workflow_id = excluded.workflow_id, run_id = excluded.run_id, started_at = excluded.started_at, version = excluded.version,
        legal_name = excluded.legal_name, vertical = excluded.vertical, mode = excluded.mode, state = excluded.state,
        started_by = excluded.started_by, tenant_hash = excluded.tenant_hash, balls = excluded.balls, failure_codes = excluded.failure_codes,
        due_at = excluded.due_at, percent = excluded.percent, status = excluded.status, updated_at = excluded.updated_at
      where (onboardings.started_at, onboardings.version) < (excluded.started_at, excluded.version)
      returning slug
    ), dropped_gates as (
      delete from gates using saved where gates.slug = saved.slug and not gates.gate = any(${gates.map((gate) => gate.gate)}::text[])
    ), put_gates as (
      insert into gates (slug, gate, revision, state, evidence_hash, opened_at, due_at, expires_at, needed, approvals, candidates,
        voters, amenders, asks, amount_minor, currency, ball)
      select saved.slug, g.* from saved cross join jsonb_to_recordset(${JSON.stringify(gates)}::jsonb) as g(gate text, revision integer, state text,
        evidence_hash text, opened_at timestamptz, due_at timestamptz, expires_at timestamptz, needed integer, approvals integer, candidates text[],
        voters text[], amenders text[], asks text, amount_minor bigint, currency text, ball text)
      on conflict (slug, gate) do update set
        revision = excluded.revision, state = excluded.state, evidence_hash = excluded.evidence_hash, opened_at = excluded.opened_at,
        due_at = excluded.due_at, expires_at = excluded.expires_at, needed = excluded.needed, approvals = excluded.approvals, candidates = excluded.candidates,
        voters = excluded.voters, amenders = excluded.amenders, asks = excluded.asks, amount_minor = excluded.amount_minor, currency = excluded.currency, ball = excluded.ball
    ), put_ids as (
      insert into remote_ids (slug, kind, id)
      select saved.slug, r.kind, r.id from saved cross join jsonb_to_recordset(${JSON.stringify(remoteIdRows(given))}::jsonb) as r(kind text, id text)
      on conflict do nothing
    ), put_spans as (
      insert into step_spans (slug, step, since, state, ball, expected_by)
      select saved.slug, p.* from saved cross join jsonb_to_recordset(${spans}::jsonb)
        as p(step text, since timestamptz, state text, ball text, expected_by timestamptz)
      on conflict do nothing
    ), put_clocks as (
      insert into step_clocks as c (slug, step, began, ended, state, ball, since, expected_by)
      select saved.slug, p.step, p.since, case when p.state in ('done', 'skipped') then p.since end, p.state, p.ball, p.since, p.expected_by
      from saved cross join jsonb_to_recordset(${spans}::jsonb) as p(step text, since timestamptz, state text, ball text, expected_by timestamptz)
      on conflict (slug, step) do update set
        ended = coalesce(excluded.ended, c.ended), state = excluded.state, ball = excluded.ball, since = excluded.since, expected_by = excluded.expected_by,
        waits_ended = c.waits_ended + (c.expected_by is not null and excluded.since > c.since)::int,
        waits_on_time = c.waits_on_time + (c.expected_by is not null and excluded.since > c.since and excluded.since <= c.expected_by)::int
      where (c.since, c.state) is distinct from (excluded.since, excluded.state)
    )
    select slug from saved`.execute(db);
  return saved.rows.length === 1;
}

/** One line of a list. Instants are ISO 8601 in UTC. */
export interface OnboardingLine {
  readonly slug: string;
  readonly legalName: string;
  readonly vertical: string;
  readonly mode: string;
  readonly state: OnboardingStateName;
  readonly startedBy: string;
  readonly startedAt: string;
  readonly balls: readonly string[];
  readonly failureCodes: readonly string[];
  readonly dueAt: string | null;
  readonly percent: number;
  readonly updatedAt: string;
}

export interface SavedOnboarding {
  readonly workflowId: string;
  readonly runId: string;
  readonly version: number;
  readonly status: OnboardingStatus;
  readonly updatedAt: string;
}

export interface OnboardingFilter {
  /** Only these tenants; undefined means all. */
  readonly slugs?: readonly string[] | undefined;
  readonly states?: readonly OnboardingStateName[];
  readonly ball?: Ball;
  readonly failureCode?: string;
  readonly vertical?: string;
  readonly startedBy?: string;
  /** ISO 8601: only what was due before this instant. */
  readonly dueBefore?: string;
  /** The last slug of the page before. */
  readonly afterSlug?: string;
  /** At most this many, 100 unless told. */
  readonly limit?: number;
}

function lineOf(row: Omit<Selectable<OnboardingsTable>, 'status'>): OnboardingLine {
  const { slug, vertical, mode, state, balls, percent } = row;
  return {
    slug,
    legalName: row.legal_name,
    vertical,
    mode,
    state,
    startedBy: row.started_by,
    startedAt: row.started_at.toISOString(),
    balls,
    failureCodes: row.failure_codes,
    dueAt: row.due_at?.toISOString() ?? null,
    percent,
    updatedAt: row.updated_at.toISOString(),
  };
}

/** Onboardings by slug, a page at a time. */
export async function listOnboardings(db: Database, filter: OnboardingFilter = {}): Promise<OnboardingLine[]> {
  let query = db
    .selectFrom('onboardings')
    .select([
      'slug',
      'workflow_id',
      'run_id',
      'started_at',
      'version',
      'legal_name',
      'vertical',
      'mode',
      'state',
      'started_by',
      'tenant_hash',
      'balls',
      'failure_codes',
      'due_at',
      'percent',
      'updated_at',
    ])
    .orderBy('slug')
    .limit(filter.limit ?? 100);
  if (filter.slugs) query = query.where('slug', 'in', filter.slugs.length === 0 ? [''] : [...filter.slugs]);
  if (filter.states) query = query.where('state', 'in', [...filter.states]);
  if (filter.ball !== undefined) query = query.where(sql<boolean>`${filter.ball} = any(balls)`);
  if (filter.failureCode !== undefined) query = query.where(sql<boolean>`${filter.failureCode} = any(failure_codes)`);
  if (filter.vertical !== undefined) query = query.where('vertical', '=', filter.vertical);
  if (filter.startedBy !== undefined) query = query.where('started_by', '=', filter.startedBy);
  if (filter.dueBefore !== undefined) query = query.where('due_at', '<', new Date(filter.dueBefore));
  if (filter.afterSlug !== undefined) query = query.where('slug', '>', filter.afterSlug);
  return (await query.execute()).map(lineOf);
}

/** Where an onboarding stood at its last projection, or undefined when the tenant was never started. */
export async function getOnboarding(db: Database, slug: string): Promise<SavedOnboarding | undefined> {
  const row = await db.selectFrom('onboardings').selectAll().where('slug', '=', slug).executeTakeFirst();
  return (
    row && {
      workflowId: row.workflow_id,
      runId: row.run_id,
      version: Number(row.version),
      status: row.status,
      updatedAt: row.updated_at.toISOString(),
    }
  );
}
