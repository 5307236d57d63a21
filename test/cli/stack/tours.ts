import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { onboardingWorkflowId } from '../../../src/contract/ids.js';
import { decisionSchema, SIGNAL } from '../../../src/contract/messages.js';
import { connectToTestServer } from '../../harness/temporal.js';
import { openClientDesk } from './client-desk.js';
import type { OpsRoom } from './ops-room.js';
import { stepStates } from './status-json.js';

const AS = ['--as', 'ops-a'];
const LINK = 'https://www.tiktok.com/@alpen_touren/video/7300000000000000502';
const SUNRISE = 'https://www.tiktok.com/@alpen_touren/video/7300000000000000501';

/** Spark posts: the client's code comes in by the command line, the decision from the Temporal UI. */
export function aTourOperatorGoesLive(room: () => OpsRoom): void {
  describe.concurrent('a tour operator', () => {
    it('is asked for a code, decided in the Temporal UI by what kobi envelope prints, and live', { timeout: 240_000 }, async () => {
      const { kobi, json, file, client, temporal, stack } = room();
      // Whom the file names starts it, when the command names nobody.
      expect(await kobi(['start', await file('cli_tours'), '--wait'])).toMatchObject({ code: 3 });
      expect(stepStates((await json(['status', 'cli_tours'])).answer)).toMatchObject({
        spark_ads: 'waiting_on',
        tiktok_account: 'skipped',
      });

      const code = await client.sparkCodeOf(LINK);
      const [malformed, unknown, both] = await Promise.all([
        kobi(['provide', 'cli_tours', 'spark-code', 'two-days', 'not-a-code', ...AS]),
        kobi(['provide', 'cli_tours', 'spark-code', 'three-days', code, ...AS]),
        kobi(['provide', 'cli_tours', 'spark-code', 'three-days', 'not-a-code', ...AS]),
      ]);
      expect(malformed.code).toBe(2);
      expect(malformed.stderr).toContain('is no Spark code');
      expect(malformed.stderr).not.toContain('not-a-code');
      expect(malformed.stderr).toContain("kobi provide cli_tours spark-code two-days 'CODE'");
      // The post comes first: of a post that is not there no code is wanted.
      for (const { code: exit, stderr } of [unknown, both]) {
        expect(exit).toBe(2);
        expect(stderr).toMatch(/names no Spark post "three-days".*; it names sunrise, two-days/);
        expect(stderr).not.toContain(code);
      }

      // The very code that came with the file: noted once more, and nothing runs again.
      const noted = await json(['provide', 'cli_tours', 'spark-code', 'sunrise', await client.sparkCodeOf(SUNRISE), ...AS]);
      expect(noted).toMatchObject({ code: 0, answer: { accepted: true } });

      // The client has no account and no command line: a link, a code that TikTok does not know, then the right one.
      const desk = await openClientDesk(stack.env);
      try {
        const noDesk = await kobi(['link', 'cli_tours', 'spark-code', 'two-days', ...AS]);
        expect(noDesk).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('KOBI_DESK_ORIGIN') });
        expect(await kobi(['link', 'cli_tours', 'spark-code', 'two-days'])).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('--as'),
        });
        const linked = await kobi(['link', 'cli_tours', 'spark-code', 'two-days', ...AS], { KOBI_DESK_ORIGIN: desk.origin });
        expect(linked).toMatchObject({ code: 0, stderr: expect.stringContaining('kobi link revoke cli_tours') });
        const address = linked.stdout.trim();
        const wrong = await desk.handIn(address, `#${'FakeCodeFakeCode'.repeat(4)}=`);
        expect(wrong).toMatchObject({ status: 409, text: expect.stringContaining('TikTok did not take the code') });
        expect(await desk.handIn(address, code)).toMatchObject({ status: 200, text: expect.stringContaining('The code is handed in') });
        expect((await desk.handIn(address, code)).status).toBe(410);
        expect((await json(['link', 'list', 'cli_tours'])).answer).toMatchObject([
          { purpose: 'spark_code', item: 'two-days', standing: 'used' },
        ]);
        const spare = await json(['link', 'cli_tours', 'verification-papers', ...AS], { KOBI_DESK_ORIGIN: desk.origin });
        const { id, address: papers } = z.object({ id: z.string(), address: z.string() }).parse(spare.answer);
        expect((await fetch(papers)).status).toBe(200);
        const revoke = ['link', 'revoke', 'cli_tours', id, ...AS, '--reason', 'not needed after all'];
        expect([await json(revoke), await json(revoke)]).toMatchObject([{ code: 0 }, { code: 1, answer: { revoked: false } }]);
        expect((await fetch(papers)).status).toBe(410);
      } finally {
        await desk.close();
      }
      expect(await kobi(['start', await file('cli_tours'), ...AS, '--wait'])).toMatchObject({ code: 3 });

      const handle = temporal.client.workflow.getHandle(onboardingWorkflowId('cli_tours'));
      const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
      const shown = /```sh\nkobi ([^\n]*)\n```/.exec(currentDetails)?.[1] ?? '';
      expect(shown).toBe('envelope cli_tours spark_ads approve --as approver-a --reason TEXT');
      const printed = await kobi([...shown.split(' ').slice(0, -1), 'the posts show the tours']);
      expect(printed).toMatchObject({ code: 0, stderr: expect.stringContaining('it counts until') });
      const signed = decisionSchema().parse(JSON.parse(printed.stdout));
      const { envelope: _envelope, ...unsigned } = signed;
      // The UI's form sends what was pasted as it stands: plain JSON, although the workflow's own payloads are encrypted.
      const ui = await connectToTestServer();
      try {
        const run = ui.client.workflow.getHandle(handle.workflowId);
        await run.signal(SIGNAL.decide, { ...unsigned, decisionId: 'typed-by-hand' });
        await run.signal(SIGNAL.decide, signed);
      } finally {
        await ui.close();
      }
      const watched = await kobi(['watch', 'cli_tours', '--json']);
      expect(watched).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(watched.stdout)).toMatchObject({
        state: 'live',
        gates: [{ id: 'spark_ads', state: 'approved', decisions: [{ actor: 'approver-a', decisionId: signed.decisionId }] }],
      });
      // The code is nowhere but in the secret store.
      const { stdout } = await kobi(['audit', 'export', 'cli_tours']);
      expect(stdout).toMatch(/"kind":"onboarding_started"[^\n]*"actor":"ops-a"/);
      expect(stdout).toMatch(/"kind":"verb_provide"[^\n]*"actor":"ops-a"/);
      expect(stdout).not.toContain(code);
      expect(stdout).toMatch(/"kind":"decision_refused"[^\n]*"envelope_missing"/);
    });
  });
}
