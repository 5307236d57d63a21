import { describe, expect, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/contract/search-attributes.js';
import { stepOf } from './onboarding.js';
import { useOnboardings } from './onboardings.js';

const { start } = useOnboardings();

describe('a school with one creative', () => {
  it('goes live with one decision, in at most 150 events', async () => {
    const onboarding = await start('live_school');
    expect(await onboarding.approve('creative_policy')).toMatchObject({ accepted: true, gateState: 'approved', stillNeeded: 0 });
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');
    expect(status.steps.map((step) => `${step.id} ${step.state}`)).toEqual([
      'advertiser_account done',
      'business_verification done',
      'tiktok_account done',
      'pixel done',
      'catalog skipped',
      'conversion_events done',
      'billing done',
      'creative_policy done',
      'spark_ads skipped',
      'launch_check done',
    ]);
    expect(status.steps.flatMap((step) => (step.state === 'skipped' ? [step.note] : []))).toEqual([
      'the tenant sells no products',
      'the tenant file names no Spark posts',
    ]);
    expect(onboarding.fakes.rows.map((row) => row.kind)).toEqual(['gate_opened', 'decision', 'onboarding_live']);
    expect((await onboarding.events()).length).toBeLessThanOrEqual(150);
  });

  it('goes live although one step waits for the client: independent steps do not wait for each other', async () => {
    let linked = false;
    const onboarding = await start('live_later', {
      activities: {
        findTikTokAccount: async () => ({
          account: linked
            ? { assetId: '7300000000000000401', handle: 'example_school', identityId: 'i-1', availableStatus: 'AVAILABLE' }
            : null,
        }),
      },
    });
    await onboarding.approve('creative_policy');
    const status = await onboarding.until(
      'only the client is waited for',
      ({ steps }) => steps.filter((step) => step.state !== 'done' && step.state !== 'skipped').length === 2,
    );
    expect(status.state).toBe('waiting');
    expect(stepOf(status, 'tiktok_account')).toMatchObject({ state: 'waiting_on', ball: 'client' });
    expect(stepOf(status, 'tiktok_account').note).toContain('https://tiktok.example/link');
    expect(stepOf(status, 'launch_check').state).toBe('waiting');
    linked = true;
    await onboarding.skipToEnd();
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(onboarding.fakes.calls.filter((call) => call === 'requestTikTokAccountLink')).toHaveLength(1);
  });

  it('refuses an input that is no tenant, and says how to start', async () => {
    const onboarding = await start('live_never', { input: { startedBy: '' } });
    await expect(onboarding.handle.result()).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining('kobi start') },
    });
    expect(onboarding.fakes.calls).toEqual([]);
  });
});

describe('whoever watches in the Temporal UI', () => {
  it('finds the state in the search attributes at every stop', async () => {
    const onboarding = await start('live_seen');
    await onboarding.untilGate('creative_policy', 'open');
    const at = async () => (await onboarding.handle.describe()).typedSearchAttributes;
    await onboarding.until('all else is done', (status) => status.state === 'waiting');
    const open = await at();
    expect(open.get(SEARCH_ATTRIBUTES.tenant)).toBe('live_seen');
    expect(open.get(SEARCH_ATTRIBUTES.state)).toBe('waiting');
    expect(open.get(SEARCH_ATTRIBUTES.waitingOn)).toBe('kobi');
    expect(open.get(SEARCH_ATTRIBUTES.openGates)).toEqual(['creative_policy']);
    expect(open.get(SEARCH_ATTRIBUTES.due)).toBeInstanceOf(Date);
    await onboarding.approve('creative_policy');
    await onboarding.handle.result();
    const ended = await at();
    expect(ended.get(SEARCH_ATTRIBUTES.state)).toBe('live');
    expect(ended.get(SEARCH_ATTRIBUTES.openGates)).toBeUndefined();
    expect(ended.get(SEARCH_ATTRIBUTES.waitingOn)).toBeUndefined();
  });

  it('finds the checklist, a decision ready to send, and a description of every message', async () => {
    const onboarding = await start('live_described');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const metadata = await onboarding.handle.query<{
      currentDetails: string;
      definition: Record<'queryDefinitions' | 'signalDefinitions' | 'updateDefinitions', { name: string; description?: string }[]>;
    }>('__temporal_workflow_metadata');
    expect(metadata.currentDetails).toContain('**Example School**');
    expect(metadata.currentDetails).toContain(`"evidenceHash": "${gate.evidenceHash}"`);
    const described = (list: { name: string; description?: string }[]) =>
      list.flatMap(({ name, description }) => (name.startsWith('__') ? [] : [`${name}: ${description ? 'described' : 'bare'}`])).sort();
    expect(described(metadata.definition.queryDefinitions)).toEqual(['status: described']);
    expect(described(metadata.definition.signalDefinitions)).toEqual(['decide: described']);
    expect(described(metadata.definition.updateDefinitions)).toEqual(
      ['amend', 'cancel', 'decide', 'pause', 'provide', 'resume', 'retry', 'skip'].map((name) => `${name}: described`),
    );
    await onboarding.approve('creative_policy');
    await onboarding.handle.result();
    const tasks = (await onboarding.events()).filter(
      (event) => event.activityTaskScheduledEventAttributes || event.timerStartedEventAttributes,
    );
    expect(tasks.length).toBeGreaterThan(10);
    expect(
      tasks.filter((event) => !event.userMetadata?.summary).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name),
    ).toEqual([]);
  });
});
