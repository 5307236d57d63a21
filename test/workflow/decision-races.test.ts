import { describe, expect, it } from 'vitest';
import type { DecisionAnswer } from '../../src/contract/messages.js';
import { eventually } from './eventually.js';
import { failWith } from './fake-activities.js';
import type { Onboarding } from './onboarding.js';
import { useOnboardings, type StartOptions } from './onboardings.js';
import { useLedger } from './real-ledger.js';

const DAY = 24 * 3_600_000;

const ledger = useLedger();
const { start: startWith } = useOnboardings();

function start(slug: string, { activities = {}, ...options }: StartOptions = {}): Promise<Onboarding> {
  return startWith(slug, { ...options, activities: { ...ledger.activities(), ...activities } });
}

/** A door that a test holds shut: whoever arrives waits until it opens. */
function door() {
  let open: () => void = () => undefined;
  let arrive: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  return {
    /** Resolves when somebody stands before the door. */
    arrived,
    open,
    async pass(): Promise<void> {
      arrive();
      await opened;
    },
  };
}

const decisionRows = (slug: string) => ledger.rows(slug, 'decision_accepted', 'decision_refused');

/** The summary that the Temporal UI shows beside an event; empty where it has none. */
function summaryOf({ userMetadata }: Awaited<ReturnType<Onboarding['events']>>[number]): string {
  const data = userMetadata?.summary?.data;
  return data ? String(JSON.parse(Buffer.from(data).toString())) : '';
}

const uploads = ({ fakes }: Onboarding) => fakes.calls.filter((call) => call === 'uploadCreatives').length;

describe.concurrent('two people who decide at once', () => {
  it('are one decision and one refusal that names who was faster; the ledger says the same', async () => {
    const onboarding = await start('race_two');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const answers = await Promise.all([
      onboarding.decide(gate),
      onboarding.decide(gate, { actor: 'approver-b@example.org', verdict: 'reject', reason: 'promises grades' }),
    ]);
    const [won, ...others] = answers.filter((answer) => answer.accepted);
    const [lost] = answers.filter((answer) => !answer.accepted);
    if (!won || !lost) throw new Error(`one wins and one loses, not ${JSON.stringify(answers)}`);
    expect(others).toEqual([]);
    expect(lost.code).toBe('gate_already_decided');
    const winner = answers[0]?.accepted ? 'approver-a@example.org' : 'approver-b@example.org';
    expect(lost.message).toContain(winner);
    expect((await decisionRows('race_two')).map((row) => [row.payload['decisionId'], row.payload['refusal']])).toEqual([
      [won.decisionId, null],
      [lost.decisionId, 'gate_already_decided'],
    ]);
    if (won.gateState === 'approved') expect((await onboarding.handle.result()).state).toBe('live');
    else expect((await onboarding.untilStep('creative_policy', 'parked')).failure?.code).toBe('gate_rejected');
    expect(uploads(onboarding)).toBe(won.gateState === 'approved' ? 1 : 0);
  });

  it('are both counted where two are needed, and the money moves once', async () => {
    const onboarding = await start('race_four_eyes', { tenant: { billing: { initialFundingMinor: 250_000 } } });
    await onboarding.approve('creative_policy');
    const gate = await onboarding.untilGate('initial_funding', 'open');
    const answers = await Promise.all([onboarding.decide(gate), onboarding.decide(gate, { actor: 'approver-b@example.org' })]);
    expect(answers.map((answer) => answer.stillNeeded).sort()).toEqual([0, 1]);
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(onboarding.fakes.calls.filter((call) => call === 'transferFunds')).toHaveLength(1);
  });
});

it.concurrent('one decision sent three times at once, as update and as signal, is one row, one answer and one upload', async () => {
  const onboarding = await start('race_same');
  const gate = await onboarding.untilGate('creative_policy', 'open');
  const decision = onboarding.decision(gate);
  const [first, second] = await Promise.all([onboarding.send(decision), onboarding.send(decision), onboarding.signal(decision)]);
  expect(first).toEqual(second);
  expect(first).toMatchObject({ accepted: true });
  await onboarding.handle.result();
  expect(await decisionRows('race_same')).toHaveLength(1);
  expect(uploads(onboarding)).toBe(1);
});

describe.concurrent('a decision that races with the expiry of its gate', () => {
  const soon = { gates: { dueAfterMs: DAY, remindEveryMs: 10 * DAY, escalateAfterMs: 10 * DAY, expireAfterMs: 2 * DAY } };

  it('counts when it was made in time, however long our database keeps it from being recorded', async () => {
    const { recordDecision } = ledger.activities();
    let away = 12;
    const onboarding = await start('race_expiry_first', {
      settings: { gates: { ...soon.gates, expireAfterMs: 60_000 } },
      activities: {
        recordDecision: async (input) => {
          if ((away -= 1) > 0) throw failWith('database_unavailable', 'connection refused', false);
          return recordDecision(input);
        },
      },
    });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const decided = onboarding.decide(gate);
    await onboarding.untilUpdateAccepted();
    await onboarding.skipToEnd();
    expect(await decided).toMatchObject({ accepted: true, gateState: 'approved' });
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');
    const [vote] = status.gates.flatMap(({ decisions }) => decisions);
    expect(Date.parse(vote?.at ?? '')).toBeGreaterThan(Date.parse(gate.expiresAt));
    expect(await ledger.rows('race_expiry_first', 'gate_expired')).toEqual([]);
  });

  it('is refused when the expiry is being recorded, and stays refused after the gate opens again', async () => {
    const expiring = door();
    const { recordEvent } = ledger.activities();
    const onboarding = await start('race_expiry_later', {
      settings: { gates: { ...soon.gates, expireAfterMs: 1_000 } },
      activities: {
        recordEvent: async (input) => {
          if (input.kind === 'gate_expired') await expiring.pass();
          return recordEvent(input);
        },
      },
    });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    await expiring.arrived;
    const decision = onboarding.decision(gate);
    const answer = onboarding.send(decision);
    await onboarding.untilUpdateAccepted();
    expiring.open();
    expect(await answer).toMatchObject({ accepted: false, code: 'gate_expired' });
    expect((await onboarding.untilStep('creative_policy', 'parked')).failure?.code).toBe('gate_expired');
    expect(await onboarding.send(decision)).toEqual(await answer);
    expect(uploads(onboarding)).toBe(0);
  });

  it('ends one way, the same for the person, the gate and the ledger, whoever is faster', async () => {
    const onboarding = await start('race_expiry_open', { settings: soon });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    await onboarding.until('only the gate is waited for', (status) => status.state === 'waiting');
    const decision = onboarding.decision(gate);
    const [answer] = await Promise.all([onboarding.send(decision), onboarding.skipToEnd()]);
    const [row, ...more] = await decisionRows('race_expiry_open');
    expect(more).toEqual([]);
    expect(row?.payload['refusal']).toBe(answer.accepted ? null : answer.code);
    if (!answer.accepted) await onboarding.untilStep('creative_policy', 'parked');
    else expect((await onboarding.handle.result()).state).toBe('live');
    expect(await ledger.rows('race_expiry_open', 'gate_expired')).toHaveLength(answer.accepted ? 0 : 1);
    expect(uploads(onboarding)).toBe(answer.accepted ? 1 : 0);
  });
});

describe.concurrent('a decision in the moment of cancel', () => {
  const funding = { billing: { initialFundingMinor: 250_000 } };

  it('that was first is answered, and what it approved is not done any more', async () => {
    const recording = door();
    const { recordDecision } = ledger.activities();
    const onboarding = await start('race_cancel_first', {
      tenant: funding,
      activities: {
        recordDecision: async (input) => {
          if (input.decision.actor === 'approver-b@example.org') await recording.pass();
          return recordDecision(input);
        },
      },
    });
    const gate = await onboarding.untilGate('initial_funding', 'open');
    await onboarding.decide(gate);
    const last = onboarding.decide(gate, { actor: 'approver-b@example.org' });
    await recording.arrived;
    expect(await onboarding.verb('cancel')).toMatchObject({ accepted: true });
    recording.open();
    expect(await last).toMatchObject({ accepted: true, gateState: 'approved' });
    expect((await onboarding.handle.result()).state).toBe('cancelled');
    expect(onboarding.fakes.calls).not.toContain('transferFunds');
  });

  it('that was later is refused with its own code and a row', async () => {
    const undoing = door();
    const onboarding = await start('race_cancel_later', {
      activities: {
        undo: async ({ undo }) => {
          await undoing.pass();
          return { undone: true, detail: undo.kind };
        },
      },
    });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    await onboarding.until('only the gate is waited for', (status) => status.state === 'waiting');
    await onboarding.verb('cancel');
    await undoing.arrived;
    const answer: DecisionAnswer = await onboarding.decide(gate);
    expect(answer).toMatchObject({ accepted: false, code: 'onboarding_ended' });
    undoing.open();
    const status = await onboarding.handle.result();
    expect(status.gates.map(({ id, state }) => `${id} ${state}`)).toEqual(['creative_policy withdrawn']);
    expect((await decisionRows('race_cancel_later')).map((row) => row.payload['refusal'])).toEqual(['onboarding_ended']);
    expect(uploads(onboarding)).toBe(0);
  });

  it('recorded together with it is answered, and nothing that it approves begins once the end is on record', async () => {
    const recording = door();
    const { recordDecision, recordEvent } = ledger.activities();
    const onboarding = await start('race_cancel_open', {
      tenant: funding,
      activities: {
        recordDecision: async (input) => {
          const recorded = await recordDecision(input);
          if (input.decision.actor === 'approver-b@example.org') await recording.pass();
          return recorded;
        },
        recordEvent: async (input) => {
          const recorded = await recordEvent(input);
          if (input.kind === 'verb_cancel') await recording.pass();
          return recorded;
        },
      },
    });
    const gate = await onboarding.untilGate('initial_funding', 'open');
    await onboarding.decide(gate);
    const both = Promise.all([onboarding.decide(gate, { actor: 'approver-b@example.org' }), onboarding.verb('cancel')]);
    await eventually(
      'two decisions and the cancel are on record',
      () => ledger.rows('race_cancel_open', 'verb_cancel', 'decision_accepted'),
      (rows) => rows.length === 3,
    );
    recording.open();
    const [answer, cancel] = await both;
    expect(answer).toMatchObject({ accepted: true });
    expect(cancel).toMatchObject({ accepted: true });
    expect((await onboarding.handle.result()).state).toBe('cancelled');
    expect((await ledger.rows('race_cancel_open')).at(-1)?.kind).toBe('onboarding_cancelled');

    const events = await onboarding.events();
    const cancelled = events.findIndex((event) => summaryOf(event).startsWith('record verb_cancel'));
    const onRecord = events.findIndex(
      ({ activityTaskCompletedEventAttributes: completed }) => completed && Number(completed.scheduledEventId) === cancelled + 1,
    );
    expect(onRecord).toBeGreaterThan(cancelled);
    const begunAfter = events.slice(onRecord).flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
    expect(begunAfter).toContain('undo');
    expect(begunAfter).not.toContain('transferFunds');
  });
});
