import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { sharedReading } from '../../src/activities/shared-reading.js';
import { SEED } from '../../simulator/seed.js';
import { useEngine } from './engine.js';

const activityOfItsOwn = (): MockActivityEnvironment => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

/** A reading whose answers come when the test says so; each says how many were begun before. */
function slowly() {
  const begun: { of: string; answer(): void; fail(): void }[] = [];
  const read = sharedReading(
    'test',
    (of) =>
      new Promise<string>((resolve, reject) => {
        const count = begun.length;
        begun.push({ of, answer: () => resolve(`${of} ${count}`), fail: () => reject(new Error(`no ${of} ${count}`)) });
      }),
  );
  return { begun, ask: (of: string, activity = activityOfItsOwn()): Promise<string> => activity.run(() => read(of)) };
}

describe('a reading that many share', () => {
  it('gives nobody an answer that was begun before they asked, and begins one for all who asked meanwhile', async () => {
    const { begun, ask } = slowly();
    const first = ask('a');
    const later = [ask('a'), ask('a'), ask('a')];
    expect(begun).toHaveLength(1);
    begun[0]?.answer();
    expect(await first).toBe('a 0');
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.answer();
    expect(await Promise.all(later)).toEqual(['a 1', 'a 1', 'a 1']);
    expect(begun).toHaveLength(2);
  });

  it('keeps apart what is read of different ones', async () => {
    const { begun, ask } = slowly();
    const both = [ask('a'), ask('b')];
    for (const reading of begun) reading.answer();
    expect(await Promise.all(both)).toEqual(['a 0', 'b 1']);
  });

  it('fails for those who share it, and not for those who asked meanwhile', async () => {
    const { begun, ask } = slowly();
    const failed = expect(ask('a')).rejects.toThrow('no a 0');
    const later = ask('a');
    begun[0]?.fail();
    await failed;
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.answer();
    expect(await later).toBe('a 1');
  });

  it('goes on for the others when the activity is cancelled that began it', async () => {
    const { begun, ask } = slowly();
    const cancelled = activityOfItsOwn();
    const first = ask('a', cancelled);
    const gone = expect(first).rejects.toBeInstanceOf(CancelledFailure);
    const later = ask('a');
    cancelled.cancel();
    await gone;
    begun[0]?.answer();
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.answer();
    expect(await later).toBe('a 1');
  });
});

describe('lists of a Business Center', () => {
  const engine = useEngine();

  it('are read once for all onboardings that look through them at the same time', async () => {
    const { simulator, activities, attempt } = engine();
    const found = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        attempt(activities.findTikTokAccount, {
          slug: `t${index}`,
          bcId: SEED.bcId,
          advertiserId: '7300000000000000999',
          handle: `nobody_${index}`,
        }),
      ),
    );
    expect(found).toEqual(found.map(() => ({ account: null })));
    // One for the first, one for all who asked while it was under way.
    expect(simulator.store.ledger.find({ path: '/bc/asset/get/' }).length).toBeLessThanOrEqual(2);
  });
});
