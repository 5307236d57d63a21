import { beforeAll, describe, expect, it } from 'vitest';
import { STEP_IDS } from '../../src/contract/checklist.js';
import type { GateStatus, OnboardingStatus, StepStatus } from '../../src/contract/status.js';
import type { Database } from '../../src/store/database.js';
import { searchInbox } from '../../src/store/inbox.js';
import { getOnboarding, listOnboardings, saveStatus } from '../../src/store/onboardings.js';
import { findByRemoteId } from '../../src/store/remote-ids.js';
import { usePostgres } from './postgres.js';

const postgres = usePostgres();
let db: Database;
beforeAll(async () => {
  db = await postgres.open();
});

function status(
  slug: string,
  change: Partial<OnboardingStatus> = {},
  steps: Partial<Record<string, Partial<StepStatus>>> = {},
): OnboardingStatus {
  return {
    slug,
    legalName: 'Alpine \'School\' "GmbH"',
    vertical: 'private_school',
    mode: 'managed',
    state: 'running',
    startedBy: 'ops-a',
    startedAt: '2026-03-01T12:00:00.000Z',
    tenantHash: 'b'.repeat(64),
    steps: STEP_IDS.map((id) => ({
      id,
      state: 'waiting',
      ball: null,
      since: '2026-03-01T12:00:00.000Z',
      expectedBy: null,
      attempts: 0,
      remoteIds: {},
      note: '',
      failure: null,
      ...steps[id],
    })),
    gates: [],
    leftBehind: [],
    ...change,
  };
}

function gate(change: Partial<GateStatus> = {}): GateStatus {
  return {
    id: 'creative_policy',
    revision: 1,
    state: 'open',
    evidenceHash: 'c'.repeat(64),
    evidence: { note: 'zero \0 byte' },
    openedAt: '2026-03-01T12:00:00.000Z',
    dueAt: '2026-03-03T12:00:00.000Z',
    expiresAt: '2026-03-15T12:00:00.000Z',
    needed: 1,
    candidates: ['approver-a', 'approver-b'],
    decisions: [],
    ...change,
  };
}

const save = (given: OnboardingStatus, version: number, runId = 'run-1') =>
  saveStatus(db, { status: given, version, workflowId: `onboarding:${given.slug}`, runId });

describe('the saved status', () => {
  it('never goes back to an older version, and starts over when the tenant is started again', async () => {
    expect(await save(status('versions'), 2)).toBe(true);
    expect(await save(status('versions', { state: 'parked' }), 1)).toBe(false);
    expect(await save(status('versions', { state: 'parked' }), 2)).toBe(false);
    expect((await getOnboarding(db, 'versions'))?.status.state).toBe('running');
    expect(await save(status('versions', { state: 'cancelled' }), 3, 'run-2')).toBe(true);
    expect(await save(status('versions', { startedAt: '2026-04-01T12:00:00.000Z' }), 1, 'run-3')).toBe(true);
    expect(await save(status('versions', { state: 'live' }), 99, 'run-2')).toBe(false);
    expect(await getOnboarding(db, 'versions')).toMatchObject({
      runId: 'run-3',
      version: 1,
      workflowId: 'onboarding:versions',
      status: { state: 'running' },
    });
    expect(await getOnboarding(db, 'never_started')).toBeUndefined();
  });

  it('ends at the newest of 30 versions saved at once, gates included', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => save(status('racing', { gates: [gate({ revision: index + 1 })] }), index + 1)),
    );
    expect(await getOnboarding(db, 'racing')).toMatchObject({ version: 30 });
    expect(await searchInbox(db, { slug: 'racing' })).toMatchObject([{ revision: 30 }]);
  });

  it('is listed by state, ball, failure, due date and page', async () => {
    await save(
      status(
        'list_a',
        { state: 'waiting', gates: [gate()] },
        { creative_policy: { state: 'waiting_on', ball: 'kobi', expectedBy: '2026-03-05T00:00:00.000Z' }, pixel: { state: 'done' } },
      ),
      1,
    );
    await save(
      status(
        'list_b',
        { state: 'parked' },
        {
          billing: { state: 'parked', failure: { code: 'balance_too_low', message: 'm', mend: 'kobi retry' } },
          tiktok_account: { state: 'waiting_on', ball: 'client', expectedBy: '2026-02-01T00:00:00.000Z' },
        },
      ),
      1,
    );
    const slugs = async (filter: Parameters<typeof listOnboardings>[1]) =>
      (await listOnboardings(db, filter)).map((line) => line.slug).filter((slug) => slug.startsWith('list_'));
    expect(await slugs({})).toEqual(['list_a', 'list_b']);
    expect(await slugs({ states: ['parked', 'paused'] })).toEqual(['list_b']);
    expect(await slugs({ ball: 'kobi' })).toEqual(['list_a']);
    expect(await slugs({ failureCode: 'balance_too_low' })).toEqual(['list_b']);
    expect(await slugs({ dueBefore: '2026-03-01T00:00:00.000Z' })).toEqual(['list_b']);
    expect(await slugs({ startedBy: 'ops-b' })).toEqual([]);
    expect(await slugs({ afterSlug: 'list_a' })).toEqual(['list_b']);
    expect(await listOnboardings(db, { limit: 1 })).toHaveLength(1);
    const [line] = await listOnboardings(db, { ball: 'kobi' });
    expect(line).toMatchObject({ legalName: 'Alpine \'School\' "GmbH"', percent: 10, dueAt: '2026-03-03T12:00:00.000Z', balls: ['kobi'] });
  });

  it('finds a tenant by an id of TikTok, and never gives one object to two tenants', async () => {
    await save(status('ids_a', {}, { pixel: { remoteIds: { pixelId: '7123456789012345678', pixelCode: 'CABC' } } }), 1);
    await save(status('ids_b', {}, { pixel: { remoteIds: { pixelId: '7123456789012345678' } } }), 1);
    expect(await findByRemoteId(db, '7123456789012345678')).toEqual([{ slug: 'ids_a', kind: 'pixelId' }]);
    expect(await getOnboarding(db, 'ids_b')).toBeDefined();
  });
});

describe('the open gates', () => {
  it('show who may decide and how many did, most urgent first, and vanish when they are decided or dropped', async () => {
    const vote = { decisionId: 'd', actor: 'finance-a', verdict: 'approve', reason: '', at: '2026-03-01T13:00:00.000Z' } as const;
    const funding = gate({
      id: 'initial_funding',
      needed: 2,
      candidates: ['finance-a', 'finance-b'],
      decisions: [vote],
      dueAt: '2026-03-02T12:00:00.000Z',
    });
    await save(status('gates_a', { gates: [gate(), funding] }), 1);
    expect(await searchInbox(db, { slug: 'gates_a' })).toMatchObject([
      { gate: 'initial_funding', needed: 2, approvals: 1, candidates: ['finance-a', 'finance-b'] },
      { gate: 'creative_policy', approvals: 0, startedBy: 'ops-a', dueAt: '2026-03-03T12:00:00.000Z' },
    ]);
    const finance = (id: string) => ({ id, mail: `${id}@example.org`, gates: ['initial_funding' as const] });
    const mayDecide = async (id: string) => (await searchInbox(db, { slug: 'gates_a', decider: finance(id) })).map((open) => open.gate);
    expect([await mayDecide('finance-a'), await mayDecide('finance-b'), await mayDecide('ops-a')]).toEqual([[], ['initial_funding'], []]);
    expect((await searchInbox(db, { slug: 'gates_a', dueBefore: '2026-03-03T00:00:00.000Z' })).map((open) => open.gate)).toEqual([
      'initial_funding',
    ]);
    await save(status('gates_a', { gates: [gate({ state: 'approved' })] }), 2);
    expect(await searchInbox(db, { slug: 'gates_a' })).toEqual([]);
    await save(status('gates_a', { state: 'cancelled', gates: [gate()] }), 3);
    expect(await searchInbox(db, { slug: 'gates_a' })).toEqual([]);
  });
});
