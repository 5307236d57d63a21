import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.js';
import {
  confirmIntent,
  listIntents,
  markAbsent,
  markSent,
  markUnknown,
  markUnsent,
  planIntent,
  readIntent,
} from '../../src/store/intents.js';
import { claimRemoteId, findByRemoteId } from '../../src/store/remote-ids.js';
import { usePostgres } from './postgres.js';

const postgres = usePostgres();
let db: Database;
beforeAll(async () => {
  db = await postgres.open();
});

const plan = (key: string) => ({ key, slug: 'alpine_school', kind: 'create_advertiser', request: { name: 'kobi_alpine_school_tiktok' } });

describe('an intent', () => {
  it('is written before the call and keeps what came of it', async () => {
    expect(await planIntent(db, plan('whole'))).toMatchObject({
      state: 'planned',
      attempts: 0,
      request: { name: 'kobi_alpine_school_tiktok' },
      sentAt: null,
    });
    expect(await markSent(db, 'whole')).toBe(true);
    await confirmIntent(db, 'whole', { advertiserId: '7000000000000000001' });
    expect(await planIntent(db, plan('whole'))).toMatchObject({
      state: 'confirmed',
      attempts: 1,
      remoteIds: { advertiserId: '7000000000000000001' },
    });
    expect(await markSent(db, 'whole')).toBe(false);
  });

  it('gives the right to call to one of 20 callers', async () => {
    const sent = await Promise.all(
      Array.from({ length: 20 }, async () => {
        await planIntent(db, plan('race'));
        return markSent(db, 'race');
      }),
    );
    expect(sent.filter(Boolean)).toHaveLength(1);
    expect(await readIntent(db, 'race')).toMatchObject({ state: 'sent', attempts: 1 });
  });

  it('forbids a second call after a lost answer until reading said it did not happen', async () => {
    await planIntent(db, plan('lost'));
    await markSent(db, 'lost');
    expect(await planIntent(db, plan('lost'))).toMatchObject({ state: 'sent' });
    expect(await markSent(db, 'lost')).toBe(false);
    await markUnknown(db, 'lost', 'no answer within 60 s');
    expect(await planIntent(db, plan('lost'))).toMatchObject({ state: 'unknown', detail: 'no answer within 60 s' });
    expect(await markSent(db, 'lost')).toBe(false);
    await markAbsent(db, 'lost', '4 reads over 90 s found nothing');
    expect(await planIntent(db, plan('lost'))).toMatchObject({ state: 'planned', attempts: 1, detail: '' });
    expect(await markSent(db, 'lost')).toBe(true);
    expect(await readIntent(db, 'lost')).toMatchObject({ attempts: 2 });
  });

  it('may be sent again when the call never left us', async () => {
    await planIntent(db, plan('unsent'));
    await markSent(db, 'unsent');
    await markUnsent(db, 'unsent', 'no connection');
    expect(await markSent(db, 'unsent')).toBe(true);
  });

  it('has one outcome: neither absent nor other ids after it was confirmed', async () => {
    await planIntent(db, plan('one'));
    await markSent(db, 'one');
    await confirmIntent(db, 'one', { advertiserId: '1' });
    await confirmIntent(db, 'one', { advertiserId: '1' });
    await expect(confirmIntent(db, 'one', { advertiserId: '2' })).rejects.toThrow('intent one is confirmed and cannot become confirmed');
    await expect(markAbsent(db, 'one', '')).rejects.toThrow('cannot become absent');
    await expect(markUnknown(db, 'one', '')).rejects.toThrow('cannot become unknown');
    await expect(markUnsent(db, 'one')).rejects.toThrow('cannot become planned');
    await expect(markUnknown(db, 'never-planned', '')).rejects.toThrow('intent never-planned is missing');
  });

  it('never serves another tenant or another call under the same key', async () => {
    await planIntent(db, plan('shared'));
    await expect(planIntent(db, { ...plan('shared'), slug: 'harbour_tours' })).rejects.toThrow(
      'belongs to create_advertiser of alpine_school',
    );
  });

  it('is never sent while an earlier call may have happened, whatever is done in whatever order', async () => {
    let run = 0;
    const act = fc.constantFrom('plan', 'send', 'unknown', 'absent', 'confirm');
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 8 }), async (acts) => {
        const key = `property-${(run += 1)}`;
        let open = false;
        for (const each of ['plan' as const, ...acts]) {
          if (each === 'plan') await planIntent(db, plan(key));
          if (each === 'send' && (await markSent(db, key))) {
            expect(open).toBe(false);
            open = true;
          }
          if (each === 'unknown') await markUnknown(db, key, '').catch(() => undefined);
          if (each === 'confirm')
            open =
              (await confirmIntent(db, key, { id: '1' }).then(
                () => true,
                () => false,
              )) || open;
          if (each === 'absent')
            open = await markAbsent(db, key, '').then(
              () => false,
              () => open,
            );
        }
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('is listed by tenant', async () => {
    await planIntent(db, { key: 'listed', slug: 'tea_shop', kind: 'transfer_funds' });
    expect((await listIntents(db, 'tea_shop')).map((intent) => intent.key)).toEqual(['listed']);
  });
});

describe('remote ids', () => {
  it('belong to one tenant, or to all when the object is shared', async () => {
    await claimRemoteId(db, 'alpine_school', 'advertiserId', '7000000000000000009');
    await claimRemoteId(db, 'alpine_school', 'advertiserId', '7000000000000000009');
    await expect(claimRemoteId(db, 'harbour_tours', 'advertiserId', '7000000000000000009')).rejects.toThrow(
      'belongs to the tenant alpine_school already',
    );
    await claimRemoteId(db, 'alpine_school', 'billingGroupId', '42');
    await claimRemoteId(db, 'harbour_tours', 'billingGroupId', '42');
    expect(await findByRemoteId(db, '42')).toEqual([
      { slug: 'alpine_school', kind: 'billingGroupId' },
      { slug: 'harbour_tours', kind: 'billingGroupId' },
    ]);
    expect(await findByRemoteId(db, '7000000000000000009')).toEqual([{ slug: 'alpine_school', kind: 'advertiserId' }]);
  });
});
