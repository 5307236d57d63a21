import { ApplicationFailure } from '@temporalio/common';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedgerActivities } from '../../src/activities/ledger.js';
import { decisionSchema, type Decision } from '../../src/contract/messages.js';
import { peopleSchema, type People } from '../../src/domain/people.js';
import { initialState, statusOf } from '../../src/domain/onboarding-state.js';
import { type Database, isDatabaseUnavailable, openDatabase } from '../../src/store/database.js';
import { listLedger, verifyChain } from '../../src/store/ledger.js';
import { readLiveState } from '../../src/store/live-states.js';
import { getOnboarding } from '../../src/store/onboardings.js';
import { markDelivered, pendingNotifications } from '../../src/store/notifications.js';
import { recordAttempt, recordOutcome } from '../../src/store/attempts.js';
import { onboardingInput, school } from '../workflow/tenant.js';
import { usePostgres } from './postgres.js';

const postgres = usePostgres();
const at = '2026-03-01T12:00:00.000Z';
const hash = 'a'.repeat(64);
const slug = 'alpine_school';

const everybody: People = peopleSchema.parse({
  people: [
    { id: 'ops-a', mail: 'ops-a@example.org', roles: ['ops'], tenants: '*' },
    { id: 'approver-a', mail: 'approver-a@example.org', roles: ['approver:creative_policy'], tenants: '*' },
    { id: 'finance-a', mail: 'finance-a@example.org', roles: ['finance'], tenants: '*' },
    { id: 'finance-b', mail: 'finance-b@example.org', roles: ['finance'], tenants: ['alpine_school'] },
  ],
});

const silent = { warn: () => undefined, debug: () => undefined };

function engine(db: Database, people: () => People = () => everybody) {
  return createLedgerActivities({ db, readPeople: () => Promise.resolve(people()), log: silent });
}

function decision(change: Partial<Decision> = {}): Decision {
  return decisionSchema().parse({
    decisionId: 'd-1',
    gate: 'creative_policy',
    revision: 1,
    verdict: 'approve',
    actor: 'approver-a',
    reason: 'fits',
    evidenceHash: hash,
    ...change,
  });
}

function recording(change: Partial<Decision> = {}) {
  return { slug, decision: decision(change), via: 'update' as const, refusal: null, startedBy: 'ops-a', votes: [], at };
}

const opening = {
  slug,
  gate: 'initial_funding',
  revision: 1,
  evidenceHash: hash,
  evidence: { amountMinor: 500_000 },
  startedBy: 'ops-a',
  four_eyes: true,
  at,
} as const;

let db: Database;
beforeAll(async () => {
  db = await postgres.open();
});

describe('opening a gate', () => {
  it('names who may decide, how many are needed, records the evidence and tells people, once', async () => {
    const own = await postgres.open();
    const first = await engine(own).openGate(opening);
    expect(first).toEqual({ candidates: ['finance-a', 'finance-b'], needed: 2, ledgerSeq: 1 });
    expect(await engine(own).openGate(opening)).toEqual(first);
    expect(await listLedger(own)).toMatchObject([
      { kind: 'gate_opened', payload: { evidence: { amountMinor: 500_000 }, evidenceHash: hash } },
    ]);
    const [told, ...more] = await pendingNotifications(own);
    expect(told).toMatchObject({ slug, kind: 'gate_opened', gate: 'initial_funding' });
    expect(more).toEqual([]);
    await markDelivered(own, told?.id ?? '');
    expect(await pendingNotifications(own)).toEqual([]);
  });
});

describe('recording a decision', () => {
  it('answers the same sequence number for the same decision, and refuses its id for another content', async () => {
    const own = await postgres.open();
    const activities = engine(own);
    const first = await activities.recordDecision(recording());
    expect(first).toEqual({ refusal: null, ledgerSeq: 1 });
    expect(await activities.recordDecision({ ...recording(), at: '2026-03-01T12:05:00.000Z' })).toEqual(first);
    const other = await activities.recordDecision(recording({ verdict: 'reject', reason: 'no licence' }));
    expect(other).toEqual({ refusal: 'decision_id_reused', ledgerSeq: 2 });
    expect(await activities.recordDecision(recording({ verdict: 'reject', reason: 'no licence' }))).toEqual(other);
    expect((await listLedger(own)).map((row) => row.kind)).toEqual(['decision_accepted', 'decision_refused']);
  });

  it('makes one row of one decision that arrives 20 times at once', async () => {
    const own = await postgres.open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => engine(own).recordDecision(recording())));
    expect(new Set(answers.map((answer) => answer.ledgerSeq))).toEqual(new Set([1]));
  });

  it('checks authority against the people as they are at that moment', async () => {
    const own = await postgres.open();
    let people = everybody;
    const activities = engine(own, () => people);
    expect((await activities.recordDecision(recording({ decisionId: 'before' }))).refusal).toBeNull();
    people = peopleSchema.parse({
      people: everybody.people.map((person) => (person.id === 'approver-a' ? { ...person, disabled: true } : person)),
    });
    expect((await activities.recordDecision(recording({ decisionId: 'after' }))).refusal).toBe('person_disabled');
  });

  it('records every refusal with its code', async () => {
    const own = await postgres.open();
    const activities = engine(own);
    const refused = [
      await activities.recordDecision(recording({ decisionId: 'a', actor: 'nobody' })),
      await activities.recordDecision(recording({ decisionId: 'b', actor: 'finance-a' })),
      await activities.recordDecision({ ...recording({ decisionId: 'c' }), startedBy: 'approver-a@example.org' }),
      await activities.recordDecision({ ...recording({ decisionId: 'd' }), votes: ['approver-a'] }),
      await activities.recordDecision({ ...recording({ decisionId: 'e' }), refusal: 'stale_evidence' }),
      await activities.recordDecision({
        ...recording({ decisionId: 'f', gate: 'initial_funding', actor: 'finance-b' }),
        slug: 'harbour_tours',
      }),
    ];
    const codes = ['person_unknown', 'wrong_person', 'starter_may_not_decide', 'already_voted', 'stale_evidence', 'wrong_person'];
    expect(refused.map((answer) => answer.refusal)).toEqual(codes);
    const rows = await listLedger(own);
    expect(rows.every((row) => row.kind === 'decision_refused')).toBe(true);
    expect(rows.map((row) => String(row.payload['refusal'])).toSorted((a, b) => a.localeCompare(b))).toEqual(
      codes.toSorted((a, b) => a.localeCompare(b)),
    );
    expect((await verifyChain(own)).every((report) => report.fault === null)).toBe(true);
  });

  it('does not let a decision on an earlier opening count when the tenant is started again', async () => {
    const own = await postgres.open();
    const activities = engine(own);
    const gate = { ...opening, gate: 'creative_policy' as const, four_eyes: false };
    await activities.openGate(gate);
    expect((await activities.recordDecision(recording())).refusal).toBeNull();
    await activities.openGate({ ...gate, at: '2026-06-01T12:00:00.000Z' });
    expect((await activities.recordDecision(recording())).refusal).toBe('decision_id_reused');
    expect((await activities.recordDecision(recording({ decisionId: 'd-2' }))).refusal).toBeNull();
  });

  it('lets the state have the last word about a decision that a crash lost', async () => {
    const own = await postgres.open();
    const activities = engine(own);
    await activities.recordDecision(recording());
    expect(await activities.recordDecision({ ...recording(), refusal: 'gate_expired' })).toEqual({ refusal: 'gate_expired', ledgerSeq: 2 });
  });
});

describe('recording events', () => {
  it('writes a row once per key and tells people of reminders and of parked steps, not of verbs', async () => {
    const own = await postgres.open();
    const activities = engine(own);
    const event = { slug, actor: 'engine', at, step: 'billing' } as const;
    const reminded = { ...event, key: 'reminded:1', kind: 'gate_reminded', payload: { gate: 'initial_funding' } };
    expect([await activities.recordEvent(reminded), await activities.recordEvent(reminded)]).toEqual([{ ledgerSeq: 1 }, { ledgerSeq: 1 }]);
    await activities.recordEvent({ ...event, key: 'verb:1', kind: 'verb_retry', actor: 'ops-a', payload: { reason: 'again' } });
    await activities.recordEvent({ ...event, key: 'parked:1', kind: 'step_parked', payload: { code: 'balance_too_low' } });
    expect((await pendingNotifications(own)).map(({ kind, gate }) => [kind, gate])).toEqual([
      ['gate_reminded', 'initial_funding'],
      ['step_parked', undefined],
    ]);
    expect((await listLedger(own)).map((row) => row.payload['step'])).toEqual(['billing', 'billing', 'billing']);
  });

  it('writes the end of an onboarding once, with its last projection and the state that an amendment starts from', async () => {
    const own = await postgres.open();
    const activities = engine(own);
    const live = { ...initialState(onboardingInput(school(slug)), at), phase: 'live' as const };
    const end = { key: `live:${at}`, kind: 'onboarding_live', actor: 'engine', payload: { tenantHash: live.tenantHash }, at };
    const last = { status: statusOf(live), version: 3, workflowId: `onboarding:${slug}`, runId: 'run-1', end, live };
    await activities.saveStatus(last);
    await activities.saveStatus(last);
    expect((await listLedger(own)).map(({ kind, key }) => [kind, key])).toEqual([['onboarding_live', `live:${at}`]]);
    expect((await pendingNotifications(own)).map(({ kind }) => kind)).toEqual(['onboarding_live']);
    expect((await getOnboarding(own, slug))?.status.state).toBe('live');
    expect((await readLiveState(own, slug))?.phase).toBe('live');
  });
});

describe('attempts of our own client', () => {
  it('have a row before and a row after, each time the decision is sent', async () => {
    const own = await postgres.open();
    const sent = { slug, decision: decision({ envelope: 'canary-signature' }), origin: 'command_line', at } as const;
    for (const attemptId of ['t-1', 't-2']) {
      await recordAttempt(own, { ...sent, attemptId });
      await recordOutcome(own, { ...sent, attemptId }, { unanswered: 'onboarding_gone', message: 'there is no such run' });
    }
    const rows = await listLedger(own);
    expect(rows.map((row) => row.kind)).toEqual(['decision_attempted', 'decision_outcome', 'decision_attempted', 'decision_outcome']);
    expect(JSON.stringify(rows)).not.toContain('canary-signature');
  });
});

describe('without a database', () => {
  const gone = openDatabase('postgres://kobi:canary-password@127.0.0.1:1/kobi');
  afterAll(() => gone.destroy());

  it('fails retryably with the code database_unavailable and without the password', async () => {
    const error: unknown = await engine(gone)
      .recordDecision(recording())
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect(error).toMatchObject({ type: 'database_unavailable', nonRetryable: false });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary-password');
  });

  it('refuses an address that is none without repeating it', () => {
    expect(() => openDatabase('postgres://kobi:canary-password@[half')).toThrow(/DATABASE_URL is not/);
    try {
      openDatabase('http://kobi:canary-password@example.org');
    } catch (error) {
      expect(String(error)).not.toContain('canary-password');
    }
  });

  it('knows a connection that the server ended as unavailable, and a wrong statement as not', async () => {
    const other = postgres.openAgain(db);
    const error: unknown = await Promise.all([
      sql`select pg_sleep(10)`.execute(other),
      (async () => {
        for (let ended = false; !ended; ) {
          const { rows } = await sql<{
            ended: boolean;
          }>`select pg_terminate_backend(pid) as ended from pg_stat_activity where query like 'select pg_sleep%' and pid <> pg_backend_pid() and datname = current_database()`.execute(
            db,
          );
          ended = rows.length > 0;
        }
      })(),
    ]).catch((caught: unknown) => caught);
    expect(isDatabaseUnavailable(error)).toBe(true);
    const wrong: unknown = await sql`select no_such_column`.execute(db).catch((caught: unknown) => caught);
    expect(isDatabaseUnavailable(wrong)).toBe(false);
  });
});
