import { describe, expect, it } from 'vitest';
import { SEED } from '../../simulator/seed.js';
import { advertiserName, catalogName, pixelName } from '../../src/domain/naming.js';
import { reconcileByReading } from '../../src/activities/once.js';
import { confirmIntent, markSent, planIntent, readIntent } from '../../src/store/intents.js';
import { school } from '../workflow/tenant.js';
import { failureOf, useEngine } from './engine.js';

/** Case 2 of reliability.md: the remote side committed, the answer got lost. */
describe('a create whose answer is lost', () => {
  const engine = useEngine();

  async function createAdvertiser(slug: string): Promise<{ advertiserId: string }> {
    const { attempt, activities } = engine();
    const name = advertiserName(slug);
    const bc = await attempt(activities.inspectBusinessCenter, {
      slug,
      bcId: SEED.bcId,
      currency: 'EUR',
      advertiserName: name,
      mode: 'managed',
    });
    return attempt(activities.createAdvertiser, { slug, tenant: school(slug), bc, name });
  }

  it('adopts the advertiser that was made, and makes no second one', async () => {
    const { simulator, activities, attempt, committed, db } = engine();
    simulator.faults.add({ endpoint: '/bc/advertiser/create/', fault: 'commit-then-drop' });

    expect((await failureOf(createAdvertiser('lost'))).code).toBe('outcome_unknown');
    expect((await failureOf(createAdvertiser('lost'))).code).toBe('outcome_unknown');

    const settled = await attempt(activities.reconcileAdvertiser, { slug: 'lost', bcId: SEED.bcId, name: advertiserName('lost') });
    const [made, ...more] = committed('/bc/advertiser/create/');
    expect(more).toEqual([]);
    expect(settled).toEqual({ found: true, value: { advertiserId: made?.created[0] } });
    expect(await createAdvertiser('lost')).toEqual({ advertiserId: made?.created[0] });
    expect((await readIntent(db, `lost/create_advertiser/${SEED.bcId}`))?.state).toBe('confirmed');
    expect(simulator.faults.list()).toMatchObject([{ spent: true }]);
  });

  it('adopts what lists show only 30 s later', async () => {
    const { simulator, activities, attempt, committed } = engine();
    const of = { slug: 'late', bcId: SEED.bcId, advertiserId: '7300000000000000999' };
    const name = catalogName('late');
    simulator.faults.add({ endpoint: '/catalog/create/', fault: 'commit-then-drop' });
    simulator.faults.add({ endpoint: '/catalog/create/', fault: 'visible-after=30s' });

    const lost = await failureOf(attempt(activities.createCatalog, { ...of, name, country: 'DE', currency: 'EUR' }));
    expect(lost.code).toBe('outcome_unknown');
    expect(await attempt(activities.findCatalog, { ...of, name })).toEqual({ catalogId: null });

    // 300 ms of reads see a minute and a half of TikTok's time.
    simulator.store.clock.setScale(300);
    const settled = await attempt(activities.reconcileCatalog, { ...of, name });
    const [made, ...more] = committed('/catalog/create/');
    expect(more).toEqual([]);
    expect(settled).toEqual({ found: true, value: { catalogId: made?.created[0] } });
  });

  it('believes absence only after reads that all found nothing, and then lets one more call go out', async () => {
    const { simulator, activities, attempt, committed, advertiser } = engine();
    const of = await advertiser('dropped');
    const name = pixelName('dropped');
    simulator.faults.add({ endpoint: '/pixel/create/', fault: 'drop' });
    const input = { ...of, name, category: 'ONLINE_STORE' };

    expect((await failureOf(attempt(activities.createPixel, input))).code).toBe('outcome_unknown');
    const before = simulator.store.ledger.find({ path: '/pixel/list/' }).length;
    expect(await attempt(activities.reconcilePixel, { ...of, name })).toEqual({ found: false });
    expect(simulator.store.ledger.find({ path: '/pixel/list/' })).toHaveLength(before + 3);

    const pixel = await attempt(activities.createPixel, input);
    expect(committed('/pixel/create/').map((entry) => entry.created[0])).toEqual([pixel.pixelId]);
  });

  it.each([{ seen: 'in a list' }, { seen: 'in none' }])(
    'takes the answer that comes while it reads, be the call seen $seen',
    async ({ seen }) => {
      const { db, attempt } = engine();
      const key = `answered/${seen}`;
      await planIntent(db, { key, slug: 'answered', kind: 'transfer_recharge' });
      await markSent(db, key);
      const deps = { db, reconcile: { spreadMs: 0, reads: 1 }, log: { info: () => undefined, warn: () => undefined } };
      const read = async () => {
        await confirmIntent(db, key, { transactionIds: '1 2' });
        return seen === 'in a list' ? [{ transactionIds: '2' }] : [];
      };
      const settled = await attempt(() => reconcileByReading(deps, key, read), undefined);
      expect(settled).toEqual({ found: true, value: { transactionIds: '1 2' } });
      expect(await readIntent(db, key)).toMatchObject({ state: 'confirmed', remoteIds: { transactionIds: '1 2' } });
    },
  );

  it('never guesses between two catalogs of one name', async () => {
    const { simulator, activities, attempt } = engine();
    const of = { slug: 'twice', bcId: SEED.bcId, advertiserId: '7300000000000000999' };
    const name = catalogName('twice');
    const { catalogId } = await attempt(activities.createCatalog, { ...of, name, country: 'DE', currency: 'EUR' });
    const [first] = Object.values(simulator.store.state.catalogs);
    if (!first) throw new Error('there is no catalog');
    simulator.store.state.catalogs['7300000000000007777'] = { ...first, catalogId: '7300000000000007777' };

    const failure = await failureOf(attempt(activities.findCatalog, { ...of, name }));
    expect(failure.code).toBe('catalog_ambiguous');
    expect([...failure.details].sort()).toEqual([catalogId, '7300000000000007777'].sort());
  });
});
