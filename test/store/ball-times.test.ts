import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StepStatus } from '../../src/contract/status.js';
import { ballTimes } from '../../src/store/ball-times.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { save, STARTED_AT, statusOf } from '../web/statuses.js';

const HOUR = 3_600_000;
/** Hours after the onboarding's start. */
const at = (hours: number): string => new Date(Date.parse(STARTED_AT) + hours * HOUR).toISOString();
const waits = (ball: 'kobi' | 'client' | 'tiktok', hours: number): Partial<StepStatus> => ({ state: 'waiting_on', ball, since: at(hours) });
const done = (hours: number): Partial<StepStatus> => ({ state: 'done', since: at(hours) });

let database: FreshDatabase;
let count = 0;
let slug = '';
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(() => {
  slug = `tenant_${(count += 1)}`;
});
afterAll(() => database.close());

const saved = (steps: Record<string, Partial<StepStatus>>, change = {}): Promise<void> => save(database.db, statusOf(slug, change, steps));
const hours = async (now: number): Promise<unknown[]> =>
  (await ballTimes(database.db, slug, new Date(at(now)))).map(({ ball, ms, now: open }) => [ball, ms / HOUR, open]);

describe('the time that the ball lay with each side', () => {
  it('counts steps that waited side by side once, and goes on for a wait that goes on', async () => {
    await saved({ pixel: waits('kobi', 1), creative_policy: waits('kobi', 2), tiktok_account: waits('client', 2) });
    await saved({ pixel: done(4), creative_policy: waits('kobi', 2), tiktok_account: waits('client', 2) });
    await saved({ pixel: done(4), creative_policy: done(5), tiktok_account: waits('client', 2) });
    // From 1 to 5 with us, although two steps waited 3 hours each.
    expect(await hours(12)).toEqual([
      ['client', 10, true],
      ['kobi', 4, false],
    ]);
  });

  it('changes hands with the step', async () => {
    await saved({ spark_ads: waits('client', 0) });
    await saved({ spark_ads: waits('kobi', 6) });
    await saved({ spark_ads: { state: 'parked', ball: 'kobi', since: at(8) } });
    await saved({ spark_ads: waits('client', 9) });
    expect(await hours(10)).toEqual([
      ['client', 7, true],
      ['kobi', 3, false],
    ]);
  });

  it('keeps the clock of a wait that was saved as running too, since the same instant', async () => {
    await saved({ pixel: { state: 'running', ball: 'tiktok', since: at(1), expectedBy: at(9) } });
    await saved({ pixel: waits('tiktok', 1) });
    await saved({ pixel: { state: 'running', ball: null, since: at(3) } });
    expect(await hours(8)).toEqual([['tiktok', 2, false]]);
  });

  it('is that of the present onboarding, not of an earlier start', async () => {
    await saved({ pixel: waits('client', 0) });
    await saved({ pixel: waits('tiktok', 101) }, { startedAt: at(100) });
    expect(await hours(103)).toEqual([['tiktok', 2, true]]);
  });

  it('stops when the onboarding ends, and is empty for a tenant that nobody knows', async () => {
    await saved({ pixel: waits('client', 0) });
    await saved({}, { state: 'cancelled' });
    await database.db
      .updateTable('onboardings')
      .set({ updated_at: at(5) })
      .where('slug', '=', slug)
      .execute();
    expect(await hours(50)).toEqual([['client', 5, false]]);
    expect(await ballTimes(database.db, 'nobody', new Date())).toEqual([]);
  });
});
