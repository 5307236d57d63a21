import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { onboardingWorkflowId } from '../../../src/contract/ids.js';
import type { OpsRoom } from './ops-room.js';

const doctorJson = z.object({
  sound: z.boolean(),
  checks: z.array(z.object({ area: z.string(), name: z.string(), state: z.string(), detail: z.string(), fix: z.string() })),
});

/** What the doctor finds when something is wrong, and what commands say when something is away. */
export function brokenSettingsAreNamed(room: () => OpsRoom): void {
  const doctor = async (settings: Readonly<Record<string, string>> = {}) => {
    const { code, answer } = await room().json(['doctor'], settings);
    const { sound, checks } = doctorJson.parse(answer);
    expect(code).toBe(sound ? 0 : 1);
    expect(checks.filter(({ state, fix }) => state === 'fail' && fix === '')).toEqual([]);
    return {
      sound,
      check: (name: string) => checks.find((each) => each.name.startsWith(name)),
      failing: checks.filter(({ state }) => state === 'fail').map(({ area, name }) => `${area} ${name}`),
    };
  };

  describe.concurrent('kobi doctor', { timeout: 240_000 }, () => {
    it('finds a whole installation sound', async () => {
      const { sound, check, failing } = await doctor();
      expect(failing).toEqual([]);
      expect(sound).toBe(true);
      const named = [
        'server',
        'namespace',
        'search attributes',
        'worker',
        'migrations',
        'decisions',
        'signing keys',
        'rate level',
        'token',
        'role',
        'finance role',
      ];
      for (const name of [...named, 'currency', 'verification', 'scope 152: balances and transfer'])
        expect(check(name)).toMatchObject({ state: 'ok' });
      expect(check('app')).toMatchObject({ state: 'warn', detail: expect.stringContaining('a simulator or a proxy, not TikTok') });
    });

    it('names a token that TikTok does not accept', async () => {
      const { failing, check } = await doctor({ TIKTOK_ACCESS_TOKEN: 'sim-token-kobi-revoked' });
      expect(failing).toEqual(['tiktok token']);
      expect(check('token')?.fix).toContain('TIKTOK_ACCESS_TOKEN');
    });

    it('names a SECRETS_KEY that does not open the root of approvals, and approvals that are open', async () => {
      const { failing, check } = await doctor({ SECRETS_KEY: 'cd'.repeat(32) });
      expect(failing).toEqual(['database decisions']);
      expect(check('decisions')?.fix).toContain('SECRETS_KEY');
      const open = await doctor({ APPROVALS: 'open' });
      expect(open.check('decisions')).toMatchObject({ state: 'warn', detail: expect.stringContaining('open') });
    });

    it('names each scope that is missing, with what needs it', async () => {
      const { failing, check } = await doctor({ TIKTOK_ACCESS_TOKEN: 'sim-token-kobi-no-money' });
      expect(failing).toEqual(expect.arrayContaining(['tiktok scope 152: balances and transfer', 'tiktok scope 157: billing groups']));
      expect(failing.filter((each) => each.startsWith('tiktok scope'))).toHaveLength(2);
      expect(check('scope 152')?.detail).toContain('/bc/transfer/');
    });

    it('names a currency for which nothing is set, and a namespace that is not there', async () => {
      const { check } = await doctor({ KOBI_FUNDING_THRESHOLDS: 'USD=1000', TEMPORAL_NAMESPACE: 'nobody' });
      expect(check('currency')).toMatchObject({
        state: 'fail',
        detail: expect.stringContaining('EUR'),
        fix: expect.stringContaining('EUR'),
      });
      expect(check('namespace')).toMatchObject({ state: 'fail', detail: expect.stringContaining('nobody') });
    });
  });

  describe.concurrent('what is away', { timeout: 240_000 }, () => {
    it('is named with its address, and stops nothing that does not need it', async () => {
      const { kobi, json, stack } = room();
      const noServer = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
      const noDatabase = { DATABASE_URL: 'postgres://kobi:not-a-real-password@127.0.0.1:1/kobi' };
      const [list, status, stateless, sound] = await Promise.all([
        json(['list'], noServer),
        kobi(['status', 'cli_school'], noServer),
        kobi(['decide', 'cli_school', 'creative_policy', 'approve', '--as', 'approver-a'], noDatabase),
        doctor(noServer),
      ]);
      expect(list.code).toBe(0);
      expect(status.code).toBe(1);
      expect(status.stderr).toContain('no Temporal server answers at 127.0.0.1:1');
      expect(stateless).toMatchObject({ code: 1, stderr: expect.stringContaining('the database does not answer at 127.0.0.1:1/kobi') });
      expect(stateless.stderr).not.toContain('not-a-real-password');
      expect(sound.failing).toEqual(['temporal reachable']);
      // Something answers there, but it is no Temporal server.
      const wrong = await kobi(['status', 'cli_school'], { TEMPORAL_ADDRESS: new URL(stack.simulatorUrl).host });
      expect(wrong.code).toBe(1);
      expect(wrong.stderr).not.toContain('something unexpected');
    });

    it('is a worker: the run is there, and says that nobody has taken it up', async () => {
      const { kobi, json, file, temporal } = room();
      const settings = { KOBI_TASK_QUEUE: 'nobody-polls' };
      expect(await json(['start', await file('cli_queue'), '--as', 'ops-a'], settings)).toMatchObject({
        code: 0,
        answer: [{ outcome: 'started' }],
      });
      const status = await kobi(['status', 'cli_queue'], settings);
      expect(status.code).toBe(1);
      expect(status.stderr).toContain('no worker has taken it up yet');
      // Ten seconds without an answer are told of while they last.
      expect(status.waited.at(-1)).toMatch(/^… waiting for the onboarding to answer \(\d+ s\)$/);
      await temporal.client.workflow.getHandle(onboardingWorkflowId('cli_queue')).terminate('the test ends');
    });
  });

  describe.concurrent('wrong input', { timeout: 240_000 }, () => {
    it('is told all at once, and nothing is started, not even the files that are right', async () => {
      const { kobi, json, file } = room();
      const right = await file('cli_tours', { 'slug: cli_tours': 'slug: cli_never' }, 'cli_never');
      const wrong = await file('cli_shop', { 'currency: EUR': 'currency: EURO', 'vertical: ecommerce': 'verticle: ecommerce' }, 'wrong');
      const ran = await kobi(['start', right, wrong, '--as', 'ops-a']);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      for (const said of ['currency: must be', 'verticle: is not a field here', 'vertical: is missing', '3 faults; nothing was started'])
        expect(ran.stderr).toContain(said);
      expect(await json(['status', 'cli_never'])).toMatchObject({ code: 2, answer: { error: { exitCode: 2 } } });
    });

    it('is a currency other than that of the Business Center, as only TikTok can tell', async () => {
      const { kobi, file } = room();
      const ran = await kobi(['plan', await file('cli_shop', { 'currency: EUR': 'currency: USD' }, 'dollars')]);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toMatch(/dollars\.yaml:\d+:1 {2}currency: USD is not the currency/);
      const both = await kobi([
        'plan',
        await file('cli_shop', { 'currency: EUR': 'currency: USD', 'vertical: ecommerce': 'verticle: ecommerce' }, 'both'),
      ]);
      for (const said of ['currency: USD is not the currency', 'verticle: is not a field here']) expect(both.stderr).toContain(said);
    });
  });
}
