import { describe, expect, it } from 'vitest';
import type { GateStatus } from '../../src/contract/status.js';
import { afterBusinessHours } from '../../src/domain/business-hours.js';
import { failWith } from './fake-activities.js';
import type { Onboarding } from './onboarding.js';
import { useOnboardings, type StartOptions } from './onboardings.js';
import { everybody, useLedger } from './real-ledger.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const ledger = useLedger();
const { start: startWith } = useOnboardings();

function start(slug: string, { activities = {}, ...options }: StartOptions = {}): Promise<Onboarding> {
  return startWith(slug, { ...options, activities: { ...ledger.activities(), ...activities } });
}

/** The gate, once nothing but its decision keeps the onboarding from going live. */
async function onlyGate(onboarding: Onboarding): Promise<GateStatus> {
  await onboarding.until('only the gate is waited for', (status) => status.state === 'waiting');
  return onboarding.untilGate('creative_policy', 'open');
}

/** What the engine did on a gate by itself, each with the whole days since the gate opened. */
async function actsOn(slug: string, gate: GateStatus): Promise<string[]> {
  const rows = await ledger.rows(slug, 'gate_reminded', 'gate_escalated', 'gate_expired');
  return rows
    .filter(({ payload }) => payload['revision'] === gate.revision)
    .map(({ kind, at }) => `${kind} day ${Math.floor((Date.parse(at) - Date.parse(gate.openedAt)) / HOUR) / 24}`);
}

describe.concurrent('a gate that nobody decides', () => {
  it('reminds every day, escalates after three, expires after fourteen, and then approves nothing', async () => {
    const onboarding = await start('gate_silent');
    const gate = await onlyGate(onboarding);
    expect(Date.parse(gate.dueAt) - Date.parse(gate.openedAt)).toBe(2 * DAY);
    expect(Date.parse(gate.expiresAt) - Date.parse(gate.openedAt)).toBe(14 * DAY);
    expect((await onboarding.step('creative_policy')).expectedBy).toBe(gate.dueAt);

    await onboarding.fastForward(15 * DAY);
    const reminded = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `gate_reminded day ${from + index}`);
    expect(await actsOn('gate_silent', gate)).toEqual([
      ...reminded(1, 2),
      'gate_escalated day 3',
      ...reminded(3, 13),
      'gate_expired day 14',
    ]);
    const step = await onboarding.untilStep('creative_policy', 'parked');
    expect(step).toMatchObject({ ball: 'kobi', failure: { code: 'gate_expired' } });
    expect(step.failure?.mend).toContain('kobi retry gate_silent creative_policy');
    expect((await onboarding.status()).state).toBe('parked');
    expect(onboarding.fakes.calls).not.toContain('uploadCreatives');
  });

  it('refuses the late decision, and is decided after an operator has opened it again with new deadlines', async () => {
    const onboarding = await start('gate_reopened');
    const gate = await onlyGate(onboarding);
    await onboarding.fastForward(14 * DAY + HOUR);
    await onboarding.untilStep('creative_policy', 'parked');
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: false, code: 'gate_expired' });

    expect(await onboarding.verb('retry', { step: 'creative_policy' })).toMatchObject({ accepted: true });
    const second = await onboarding.untilGate('creative_policy', 'open', 2);
    expect(second.evidenceHash).toBe(gate.evidenceHash);
    expect(Date.parse(second.openedAt)).toBeGreaterThan(Date.parse(gate.expiresAt));
    expect(Date.parse(second.expiresAt) - Date.parse(second.openedAt)).toBe(14 * DAY);
    await onboarding.fastForward(DAY + HOUR);
    expect(await actsOn('gate_reopened', second)).toEqual(['gate_reminded day 1']);
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: false, code: 'stale_revision' });
    expect(await onboarding.decide(second)).toMatchObject({ accepted: true });
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});

it.concurrent('a gate is due after business hours where they are configured, and escalates no earlier', async () => {
  // One hour a day: five of them take more than the three days after which a gate escalates otherwise.
  const calendar = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 60, zone: 'UTC', holidays: [] };
  const { openGate } = ledger.activities(everybody, { businessHours: { calendar, dueAfterMs: 5 * HOUR } });
  const onboarding = await start('gate_business', { activities: { openGate } });
  const gate = await onlyGate(onboarding);
  const [opened] = await ledger.rows('gate_business', 'gate_opened');
  const asked = new Date(opened?.at ?? '');
  const dueAfterMs = Date.parse(gate.dueAt) - Date.parse(gate.openedAt);
  expect(dueAfterMs).toBe(afterBusinessHours(asked, 5 * HOUR, calendar).getTime() - asked.getTime());
  expect(dueAfterMs).toBeGreaterThan(4 * DAY);
  await onboarding.fastForward(6 * DAY);
  const [escalated, ...more] = await ledger.rows('gate_business', 'gate_escalated');
  expect(more).toEqual([]);
  expect(Date.parse(escalated?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(gate.dueAt));
  expect(await onboarding.decide(gate)).toMatchObject({ accepted: true });
  expect((await onboarding.handle.result()).state).toBe('live');
});

it.concurrent('a reminder that was late moves none of the later ones', async () => {
  const every = 30_000;
  const { recordDecision } = ledger.activities();
  let away = 12;
  const onboarding = await start('gate_late', {
    settings: { gates: { dueAfterMs: DAY, escalateAfterMs: 2 * DAY, remindEveryMs: every, expireAfterMs: 3 * DAY } },
    activities: {
      // Our database is away for more than a minute of retries, and whoever acts on the gate waits for the row.
      recordDecision: async (input) => {
        if ((away -= 1) > 0) throw failWith('database_unavailable', 'connection refused', false);
        return recordDecision(input);
      },
    },
  });
  const gate = await onlyGate(onboarding);
  const decided = onboarding.decide(gate, { evidenceHash: '0'.repeat(64) });
  await onboarding.untilUpdateAccepted();
  await onboarding.fastForward(8 * every);
  expect(await decided).toMatchObject({ accepted: false, code: 'stale_evidence' });
  const rows = await ledger.rows('gate_late', 'gate_reminded');
  const dues = rows.map(({ key }) => Date.parse(key.slice(key.indexOf(':1:') + 3)) - Date.parse(gate.openedAt));
  expect(dues.length).toBeGreaterThan(2);
  expect((dues[1] ?? 0) - (dues[0] ?? 0)).toBeGreaterThan(every);
  expect(dues.map((due) => due % every)).toEqual(dues.map(() => 0));
  expect(await onboarding.decide(gate)).toMatchObject({ accepted: true });
  expect((await onboarding.handle.result()).state).toBe('live');
});

describe.concurrent('a gate that somebody decides', () => {
  it('reminds nobody afterwards', async () => {
    const onboarding = await start('gate_decided', {
      activities: { findTikTokAccount: async () => ({ account: null }) },
      settings: { poll: { firstMs: 30 * DAY, lastMs: 30 * DAY } },
    });
    const gate = await onlyGate(onboarding);
    await onboarding.fastForward(DAY + HOUR);
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: true });
    await onboarding.untilStep('creative_policy', 'done');
    await onboarding.fastForward(20 * DAY);
    expect(await actsOn('gate_decided', gate)).toEqual(['gate_reminded day 1']);
    await onboarding.verb('cancel');
    await onboarding.handle.result();
  });

  it('does not run its clock while the client has the ball', async () => {
    const onboarding = await start('gate_with_client');
    const gate = await onlyGate(onboarding);
    await onboarding.decide(gate, { verdict: 'request_changes', reason: 'name the music licence' });
    const asked = await onboarding.untilStep('creative_policy', 'waiting_on');
    expect(asked.ball).toBe('client');
    await onboarding.fastForward(20 * DAY);
    expect(await actsOn('gate_with_client', gate)).toEqual([]);
    expect(await onboarding.step('creative_policy')).toMatchObject({ state: 'waiting_on', since: asked.since });

    await onboarding.verb('retry', { step: 'creative_policy' });
    const second = await onboarding.untilGate('creative_policy', 'open', 2);
    expect(Date.parse(second.openedAt) - Date.parse(gate.openedAt)).toBeGreaterThan(20 * DAY);
    expect(Date.parse(second.dueAt) - Date.parse(second.openedAt)).toBe(2 * DAY);
    await onboarding.decide(second);
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});
