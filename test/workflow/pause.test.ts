import { describe, expect, it } from 'vitest';
import { fakeActivities } from './fake-activities.js';
import { held } from './held.js';
import { stepOf, type Onboarding } from './onboarding.js';
import { useOnboardings } from './onboardings.js';

const { start } = useOnboardings();
const { activities: tiktok } = fakeActivities();

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const rowsOf = (onboarding: Onboarding, prefix: string) => onboarding.fakes.rows.filter((row) => row.kind.startsWith(prefix));
const callsOf = (onboarding: Onboarding, name: string) => onboarding.fakes.calls.filter((call) => call === name).length;

describe('while an onboarding is paused', () => {
  it('no further call goes out, however long it lasts, and it goes on where it stood', async () => {
    const inspection = held(tiktok.inspectBusinessCenter);
    const onboarding = await start('pause_early', { activities: { inspectBusinessCenter: inspection.call } });
    await inspection.begun;
    expect(await onboarding.verb('pause', { reason: 'the client asked us to wait' })).toMatchObject({ accepted: true });
    inspection.release();
    await onboarding.fastForward(2 * DAY);
    const status = await onboarding.status();
    expect(status.state).toBe('paused');
    expect(onboarding.fakes.calls.filter((call) => call !== 'saveStatus')).toEqual(['inspectBusinessCenter', 'recordEvent']);
    expect(await onboarding.verb('pause'), 'once more does no harm').toMatchObject({ accepted: true });
    expect(await onboarding.verb('resume', { actor: 'ops-b@example.org', reason: 'the client agrees' })).toMatchObject({ accepted: true });
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(callsOf(onboarding, 'inspectBusinessCenter')).toBe(1);
    expect(rowsOf(onboarding, 'verb_')).toMatchObject([
      { kind: 'verb_pause', actor: 'ops-a@example.org', payload: { reason: 'the client asked us to wait' } },
      { kind: 'verb_pause' },
      { kind: 'verb_resume', actor: 'ops-b@example.org', payload: { reason: 'the client agrees' } },
    ]);
  });

  it('gates are decided, and the gated action waits', async () => {
    const onboarding = await start('pause_gate');
    await onboarding.untilGate('creative_policy', 'open');
    await onboarding.verb('pause');
    expect(await onboarding.approve('creative_policy')).toMatchObject({ accepted: true, gateState: 'approved' });
    await onboarding.fastForward(DAY);
    expect(onboarding.fakes.calls).not.toContain('uploadCreatives');
    await onboarding.verb('resume');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(callsOf(onboarding, 'uploadCreatives')).toBe(1);
  });

  it('verbs are taken, and what they set in motion begins with the resumption', async () => {
    const onboarding = await start('pause_verbs', { activities: { findTikTokAccount: async () => ({ account: null }) } });
    await onboarding.untilStep('tiktok_account', 'waiting_on');
    await onboarding.untilGate('creative_policy', 'open');
    await onboarding.verb('pause');
    const probes = callsOf(onboarding, 'probeCreatives');
    expect(await onboarding.verb('skip', { step: 'tiktok_account' })).toMatchObject({ accepted: true });
    expect(await onboarding.verb('retry', { step: 'creative_policy' })).toMatchObject({ accepted: true });
    await onboarding.fastForward(HOUR);
    expect(callsOf(onboarding, 'probeCreatives')).toBe(probes);
    expect((await onboarding.step('creative_policy')).state).toBe('waiting');
    await onboarding.verb('resume');
    await onboarding.approve('creative_policy');
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');
    expect(stepOf(status, 'tiktok_account').state).toBe('skipped');
    expect(callsOf(onboarding, 'probeCreatives')).toBe(probes + 1);
  });

  it('deadlines stay where they were: reminders come, and the gate expires on its day', async () => {
    const onboarding = await start('pause_deadlines');
    const { dueAt, expiresAt } = await onboarding.untilGate('creative_policy', 'open');
    await onboarding.verb('pause');
    await onboarding.fastForward(5 * DAY + HOUR);
    expect(await onboarding.untilGate('creative_policy', 'open')).toMatchObject({ dueAt, expiresAt });
    expect(rowsOf(onboarding, 'gate_reminded')).toHaveLength(5);
    expect(rowsOf(onboarding, 'gate_escalated')).toHaveLength(1);
    await onboarding.verb('resume');
    expect(await onboarding.untilGate('creative_policy', 'open'), 'a resumption grants no new time').toMatchObject({ dueAt, expiresAt });
    await onboarding.verb('pause');
    await onboarding.fastForward(9 * DAY);
    await onboarding.untilGate('creative_policy', 'expired');
    const status = await onboarding.status();
    expect(status.state).toBe('paused');
    expect(stepOf(status, 'creative_policy')).toMatchObject({ state: 'parked', ball: 'kobi', failure: { code: 'gate_expired' } });
    expect(onboarding.fakes.calls).not.toContain('uploadCreatives');
    await onboarding.verb('resume');
    expect((await onboarding.status()).state, 'silence approves nothing').toBe('parked');
  });

  it('TikTok is not asked how its review goes, and is asked at once afterwards', async () => {
    let review: 'pending' | 'approved' = 'pending';
    const onboarding = await start('pause_review', {
      activities: { readAccountReview: async (input) => ({ ...(await tiktok.readAccountReview(input)), review }) },
    });
    await onboarding.approve('creative_policy');
    await onboarding.untilStep('business_verification', 'waiting_on');
    await onboarding.fastForward(HOUR);
    await onboarding.verb('pause');
    const asked = callsOf(onboarding, 'readAccountReview');
    expect(asked).toBeGreaterThan(3);
    await onboarding.fastForward(2 * DAY);
    expect(callsOf(onboarding, 'readAccountReview')).toBe(asked);
    review = 'approved';
    await onboarding.verb('resume');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(callsOf(onboarding, 'readAccountReview')).toBe(asked + 1);
  });
});
