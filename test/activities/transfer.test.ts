import { describe, expect, it } from 'vitest';
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
