import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { type OpsRoom } from './ops-room.js';
import { statusJson, stepStates } from './status-json.js';

const OPS = ['--as', 'ops-finance-a', '--reason', 'a test'];
const FUNDING = ['decide', 'cli_shop', 'initial_funding', 'approve'];

/** Money above the threshold, the operators' verbs, and the end by cancel. */
export function aShopIsCancelled(room: () => OpsRoom): void {
  describe.concurrent('a shop', () => {
    it('is funded by two others than its starter, paused, resumed and cancelled', { timeout: 240_000 }, async () => {
      const { kobi, json, file } = room();
      const tenant = await file('cli_shop');
      expect(await json(['start', tenant, '--as', 'ops-finance-a', '--wait'])).toMatchObject({ code: 3, answer: [{ state: 'waiting' }] });

      const [starter, untyped, wrong, first] = [
        await json([...FUNDING, '--as', 'ops-finance-a', '--amount', '5000.00']),
        await json([...FUNDING, '--as', 'finance-a']),
        await kobi([...FUNDING, '--as', 'finance-a', '--amount', '5k']),
        await json([...FUNDING, '--as', 'finance-a', '--amount', '5000.00']),
      ];
      expect(starter).toMatchObject({ code: 1, answer: { code: 'starter_may_not_decide' } });
      expect(untyped).toMatchObject({ code: 1, answer: { code: 'amount_differs' } });
      expect(wrong).toMatchObject({ code: 2, stderr: '--amount "5k" is no amount; write it like 1500.00, in EUR\n' });
      expect(first).toMatchObject({ code: 3, answer: { accepted: true, gateState: 'open', stillNeeded: 1 } });

      const [paused, same, skipped, elsewhere] = await Promise.all([
        json(['pause', 'cli_shop', ...OPS]),
        json([...FUNDING, '--as', 'finance-a@example.org', '--amount', '5000']),
        kobi(['skip', 'cli_shop', 'billing', ...OPS]),
        kobi(['pause', 'cli_shp', ...OPS]),
      ]);
      expect(paused).toMatchObject({ code: 0, answer: { accepted: true } });
      expect(same).toMatchObject({ code: 1, answer: { code: 'already_voted' } });
      const second = await json([...FUNDING, '--as', 'finance-b', '--amount', '5000']);
      expect(second).toMatchObject({ code: 0, answer: { accepted: true, gateState: 'approved' } });
      expect(skipped).toMatchObject({ code: 2, stderr: expect.stringContaining('billing cannot be skipped; these can:') });
      expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean cli_shop?') });
      expect(statusJson.parse((await json(['status', 'cli_shop'])).answer).state).toBe('paused');

      expect(await json(['resume', 'cli_shop', ...OPS])).toMatchObject({ code: 0 });
      // Funded once the pause is over; what else is open asks people.
      expect(await kobi(['start', tenant, '--as', 'ops-finance-a', '--wait'])).toMatchObject({ code: 3 });
      expect(stepStates((await json(['status', 'cli_shop'])).answer)).toMatchObject({ billing: 'done', creative_policy: 'waiting_on' });
      expect(await json(['retry', 'cli_shop', ...OPS])).toMatchObject({ code: 1, answer: { code: 'nothing_to_retry' } });

      expect(await json(['cancel', 'cli_shop', ...OPS])).toMatchObject({ code: 0 });
      const ended = await kobi(['watch', 'cli_shop']);
      expect(ended.code).toBe(1);
      expect(ended.stdout).toContain('left behind at TikTok:');
      const [after, verb, listed, plan] = await Promise.all([
        json(['decide', 'cli_shop', 'creative_policy', 'approve', '--as', 'approver-a']),
        json(['pause', 'cli_shop', ...OPS]),
        json(['list', '--state', 'cancelled']),
        kobi(['plan', tenant]),
      ]);
      expect(after).toMatchObject({ code: 1, answer: { code: 'onboarding_ended' } });
      expect(verb).toMatchObject({ code: 1, answer: { code: 'onboarding_ended' } });
      expect(listed.answer).toMatchObject([{ slug: 'cli_shop', balls: [] }]);
      // Our user may not look into the account any more; the plan still tells.
      expect(plan.code).toBe(0);
      expect(plan.stdout).toMatch(/^cli_shop was cancelled at \S+: a start adopts what is left$/m);
      expect(plan.stdout).toMatch(/^advertiser_account +adopt +advertiser kobi_cli_shop_tiktok: \d+$/m);
    });
  });
}

/** Runs after the others: it breaks the ledger. */
export function aTamperedLedgerIsFound(room: () => OpsRoom): void {
  describe('the ledger', () => {
    it('holds until somebody changes a row behind its back, which verify names', { timeout: 60_000 }, async () => {
      const { kobi, json, database } = room();
      expect(await json(['audit', 'verify'])).toMatchObject({ code: 0, answer: { holds: true } });
      const superuser = new Client({ connectionString: database.url });
      await superuser.connect();
      try {
        const change = `update ledger set actor = 'finance-b' where slug = 'cli_shop' and kind = 'decision_accepted' and actor = 'finance-a' returning seq`;
        await expect(superuser.query(change)).rejects.toThrow();
        await superuser.query('set session_replication_role = replica');
        const { rows } = await superuser.query<{ seq: number }>(change);
        const found = await kobi(['audit', 'verify', 'cli_shop']);
        expect(found.code).toBe(1);
        expect(found.stdout).toMatch(new RegExp(`^cli_shop +\\d+ +broken at row ${rows[0]?.seq}: `, 'm'));
        expect(await json(['audit', 'verify'])).toMatchObject({ code: 1, answer: { holds: false } });
        expect((await kobi(['audit', 'verify', 'cli_school'])).code).toBe(0);
      } finally {
        await superuser.end();
      }
    });
  });
}
