import { describe, expect, it } from 'vitest';
import { amendedState } from '../../src/domain/amended-run.js';
import { initialState } from '../../src/domain/onboarding-state.js';
import { keepLiveState, readLiveState } from '../../src/store/live-states.js';
import { onboardingInput, school } from '../workflow/tenant.js';
import { usePostgres } from './postgres.js';

const postgres = usePostgres();
const at = '2026-03-02T08:00:00.000Z';

function live(slug: string) {
  const state = initialState(onboardingInput(school(slug)), at);
  for (const record of Object.values(state.steps)) record.state = 'done';
  state.phase = 'live';
  state.progress.advertiserId = '7300000000000000200';
  return state;
}

describe('amending a live tenant', () => {
  it('starts from what the live run knew and runs only what reads the change', async () => {
    const db = await postgres.open();
    await keepLiveState(db, 'alpine_school', live('alpine_school'));
    const kept = await readLiveState(db, 'alpine_school');
    if (!kept) throw new Error('the state is gone');
    const amended = school('alpine_school', { creatives: [] });
    const { state, steps } = amendedState(kept, amended, kept.settings, 'ops-a@example.org', '2026-04-01T08:00:00.000Z');
    expect(steps).toEqual(['creative_policy', 'launch_check']);
    expect(state.steps.pixel.state).toBe('done');
    expect(state.steps.creative_policy.state).toBe('waiting');
    expect(state.progress.advertiserId).toBe('7300000000000000200');
    expect(state.startedAt).toBe('2026-04-01T08:00:00.000Z');
  });

  it('leaves alone what a person skipped and the change does not touch; what did not apply is looked at again', () => {
    const before = live('alpine_school');
    Object.assign(before.steps.spark_ads, { state: 'skipped', skippedBy: 'ops-a@example.org' });
    Object.assign(before.steps.catalog, { state: 'skipped' });
    const company = { promotionLink: 'https://school.example/about' };
    const { state, steps } = amendedState(before, school('alpine_school', { company }), before.settings, 'ops-a@example.org', at);
    expect(state.steps.spark_ads.state).toBe('skipped');
    expect(steps).not.toContain('spark_ads');
    expect(steps).toContain('catalog');
    const posts = [{ id: 'post-a', handle: 'creator_a', link: 'https://www.tiktok.com/@creator_a/video/7300000000000000500' }];
    const named = amendedState(before, school('alpine_school', { sparkPosts: posts }), before.settings, 'ops-a@example.org', at);
    expect(named.steps).toEqual(['spark_ads', 'launch_check']);
  });

  it('keeps the newest state only, and knows of no tenant that never went live', async () => {
    const db = await postgres.open();
    await keepLiveState(db, 'peak_gear', live('peak_gear'));
    await keepLiveState(db, 'peak_gear', { ...live('peak_gear'), startedBy: 'ops-b@example.org' });
    expect((await readLiveState(db, 'peak_gear'))?.startedBy).toBe('ops-b@example.org');
    expect(await readLiveState(db, 'coast_tours')).toBeUndefined();
  });

  it('refuses a row of a shape that it does not know', async () => {
    const db = await postgres.open();
    await keepLiveState(db, 'peak_gear', { tenant: {} });
    await expect(readLiveState(db, 'peak_gear')).rejects.toThrow('shape that this release does not know');
  });
});
