import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { SEED } from '../../simulator/seed.js';
import { evidenceHash } from '../../src/domain/evidence.js';
import { failureOf, useEngine } from './engine.js';
import { fundingOf } from './funding.js';

/** Case 3 of reliability.md: the transaction list decides, and there are never two transfers. */
describe('a transfer whose answer is lost', () => {
  const engine = useEngine();

  const funding = async (slug: string, amountMinor?: number) => fundingOf(await engine().advertiser(slug), amountMinor);

  it('is found among the transactions and not repeated', async () => {
    const { simulator, activities, attempt, committed } = engine();
    const input = await funding('moved');
    simulator.faults.add({ endpoint: '/bc/transfer/', fault: 'commit-then-drop' });

    expect((await failureOf(attempt(activities.transferFunds, input))).code).toBe('outcome_unknown');
    const settled = await attempt(activities.reconcileTransfer, input);

    expect(settled).toMatchObject({ found: true });
    const again = await attempt(activities.transferFunds, input);
    expect({ found: true, value: again }).toEqual(settled);
    expect(committed('/bc/transfer/')).toHaveLength(1);
    expect(simulator.store.state.advertisers[input.advertiserId]?.cashMinor).toBe(50_000);
  });

  it('goes out once more when the transactions show for certain that nothing moved', async () => {
    const { simulator, activities, attempt, committed } = engine();
    const input = await funding('unmoved');
    simulator.faults.add({ endpoint: '/bc/transfer/', fault: 'drop' });

    expect((await failureOf(attempt(activities.transferFunds, input))).code).toBe('outcome_unknown');
    expect(await attempt(activities.reconcileTransfer, input)).toEqual({ found: false });
    expect((await attempt(activities.transferFunds, input)).transactionIds.length).toBeGreaterThan(0);
    expect(committed('/bc/transfer/')).toHaveLength(1);
    expect(simulator.store.state.advertisers[input.advertiserId]?.cashMinor).toBe(50_000);
  });

  it('is sent again within its one attempt when TikTok throttles it, because then nothing moved', async () => {
    const { simulator, activities, attempt, committed } = engine();
    const input = await funding('throttled');
    for (const endpoint of ['/bc/get/', '/bc/balance/get/', '/bc/transfer/']) simulator.faults.add({ endpoint, fault: 'code=40100' });

    expect((await attempt(activities.transferFunds, input)).transactionIds.length).toBeGreaterThan(0);
    expect(simulator.store.ledger.find({ path: '/bc/transfer/' }).map(({ code }) => code)).toEqual([40100, 0]);
    expect(committed('/bc/transfer/')).toHaveLength(1);
  });

  it('waits no longer than its attempt for a throttled endpoint, and is then known not to have happened', async () => {
    const { simulator, activities, attempt, committed } = engine();
    const input = await funding('blocked');
    simulator.faults.add({ endpoint: '/bc/transfer/', fault: 'code=40100', times: 1_000 });

    const short = new MockActivityEnvironment({ startToCloseTimeoutMs: 3_000 }, { logger: new DefaultLogger('ERROR') });
    expect((await failureOf(short.run(() => activities.transferFunds(input)))).code).toBe('tiktok_rate_limited');
    expect(await attempt(activities.reconcileTransfer, input)).toEqual({ found: false });
    expect(committed('/bc/transfer/')).toEqual([]);
    simulator.faults.clear();
    expect((await attempt(activities.transferFunds, input)).transactionIds.length).toBeGreaterThan(0);
  });

  it('parks with the candidates when two transactions match', async () => {
    const { simulator, activities, attempt, committed } = engine();
    const input = await funding('double');
    simulator.faults.add({ endpoint: '/bc/transfer/', fault: 'commit-then-drop' });
    expect((await failureOf(attempt(activities.transferFunds, input))).code).toBe('outcome_unknown');
    // Somebody moves the same amount by hand in Business Center at the same time.
    const { state } = simulator.store;
    const ours = state.transactions.filter((row) => row.accountId === input.advertiserId);
    state.transactions.push(...ours.map((row) => ({ ...row, transactionId: '7300000000000008888' })));

    const failure = await failureOf(attempt(activities.reconcileTransfer, input));
    expect(failure.code).toBe('transfer_ambiguous');
    expect([...failure.details].sort()).toEqual([...ours.map((row) => row.transactionId), '7300000000000008888'].sort());
    expect((await failureOf(attempt(activities.transferFunds, input))).code).toBe('outcome_unknown');
    expect(committed('/bc/transfer/')).toHaveLength(1);
  });

  it('does not move more than the Business Center has, nor more than was agreed', async () => {
    const { activities, attempt, committed } = engine();
    const input = await funding('agreed');
    expect((await failureOf(attempt(activities.transferFunds, { ...input, amountMinor: 60_000 }))).code).toBe('gate_withdrawn');
    expect((await failureOf(attempt(activities.transferFunds, { ...input, dailyLimitMinor: 49_999 }))).code).toBe('funding_limit');
    const large = await funding('large', 200_000);
    expect((await failureOf(attempt(activities.transferFunds, large))).code).toBe('gate_withdrawn');
    expect(committed('/bc/transfer/')).toEqual([]);
  });
});

/** Case 24 of reliability.md: what is split in parts is judged as a whole, per tenant and UTC day. */
describe('funding in parts', () => {
  const engine = useEngine();
  const DAY_MS = 86_400_000;

  it('needs the decisions of the whole as soon as the parts pass the threshold, also when one was paid back, until the day is over', async () => {
    const { simulator, activities, attempt, advertiser, committed } = engine();
    const of = await advertiser('parts');
    const input = fundingOf(of, 60_000);
    const billing = { ...of, billingGroupId: SEED.billingGroupId, currency: 'EUR' };
    await attempt(activities.transferFunds, input);
    expect(await attempt(activities.readBilling, billing), 'the one funding is no other').toMatchObject({ fundedTodayMinor: 0 });
    const undo = { kind: 'refund', bcId: of.bcId, advertiserId: of.advertiserId, amountMinor: 60_000, currency: 'EUR' } as const;
    expect(await attempt(activities.undo, { slug: of.slug, undo })).toMatchObject({ undone: true });

    expect(await attempt(activities.readBilling, billing)).toMatchObject({ fundedTodayMinor: 60_000 });
    expect(await failureOf(attempt(activities.transferFunds, input))).toMatchObject({
      code: 'gate_withdrawn',
      message: expect.stringContaining('with 600.00 EUR funded today already, is above the threshold 1000.00 EUR'),
    });
    const approvedHash = evidenceHash(input.evidence);
    expect(await failureOf(attempt(activities.transferFunds, { ...input, approvedHash, dailyLimitMinor: 119_999 }))).toMatchObject({
      code: 'funding_limit',
      message: expect.stringContaining('600.00 EUR were funded today; 600.00 EUR more would pass the limit of 1199.99 EUR a day'),
    });
    expect(committed('/bc/transfer/')).toHaveLength(2);

    simulator.store.clock.advance(DAY_MS);
    expect(await attempt(activities.readBilling, billing)).toMatchObject({ fundedTodayMinor: 0 });
    await attempt(activities.transferFunds, { ...input, dailyLimitMinor: 60_000 });
    expect(committed('/bc/transfer/')).toHaveLength(3);
  });

  it('counts one tenant’s money in one currency, and a transfer never against itself', async () => {
    const { simulator, activities, attempt, advertiser, committed } = engine();
    await attempt(activities.transferFunds, fundingOf(await advertiser('neighbour'), 90_000));
    const input = { ...fundingOf(await advertiser('alone'), 60_000), dailyLimitMinor: 60_000 };
    simulator.faults.add({ endpoint: '/bc/transfer/', fault: 'commit-then-drop' });
    expect((await failureOf(attempt(activities.transferFunds, input))).code).toBe('outcome_unknown');
    expect((await failureOf(attempt(activities.transferFunds, input))).code).toBe('outcome_unknown');
    expect(await attempt(activities.reconcileTransfer, input)).toMatchObject({ found: true });
    expect(committed('/bc/transfer/')).toHaveLength(2);
  });
});
