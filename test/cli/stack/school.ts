import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventSettingsSchema } from '../../../src/contract/event-settings.js';
import { prepareMap } from '../../../src/domain/events/prepared-map.js';
import { takeInEvents } from '../../../src/events/intake.js';
import type { OpsRoom } from './ops-room.js';
import { statusJson, stepStates } from './status-json.js';

const OPS = ['--as', 'ops-a', '--reason', 'a test'];
const BAD_TEXT = 'Top grades for every child: visit our open day';
const GOOD_TEXT = 'Meet our teachers: visit our open day';

/** A school from its plan to live by the command line alone, with a rejection on the way. */
export function aSchoolGoesLive(room: () => OpsRoom): void {
  describe.concurrent('a school', () => {
    it('is planned, started once, rejected, amended, approved, linked and live', { timeout: 240_000 }, async () => {
      const { kobi, json, file, client } = room();
      const tenant = await file('cli_school');
      const amended = await file('cli_school', { [BAD_TEXT]: GOOD_TEXT }, 'cli_school.amended');

      const plan = await json(['plan', tenant, '--as', 'ops-a']);
      expect(plan).toMatchObject({
        code: 0,
        answer: {
          slug: 'cli_school',
          live: true,
          onboarding: null,
          findings: [],
          gates: [
            { gate: 'business_verification', opens: 'no' },
            { gate: 'initial_funding', opens: 'no' },
            { gate: 'creative_policy', opens: 'yes', needed: 1, candidates: ['approver-a', 'approver-b'] },
            { gate: 'spark_ads', opens: 'no' },
          ],
        },
      });
      expect(
        z
          .object({ steps: z.array(z.object({ action: z.string() })) })
          .parse(plan.answer)
          .steps.map(({ action }) => action),
      ).toEqual(['create', 'check', 'ask', 'create', 'skip', 'check', 'change', 'create', 'skip', 'check']);

      const started = await kobi(['start', tenant, '--as', 'ops-a@example.org', '--wait']);
      expect(started).toMatchObject({ code: 3, stderr: '' });
      expect(started.stdout).toMatch(/^the onboarding of cli_school is started$/m);
      // Nobody looks on: a plain line per change, without anything that moves a cursor.
      expect(started.stdout).toMatch(/^\S+Z cli_school tiktok_account: waiting on client · the owner of cli_school opens http/m);
      expect(started.stdout).not.toContain('\u001B');
      const events = { db: room().database.db, prepared: prepareMap(eventSettingsSchema.parse({})) };
      await takeInEvents(events, 'cli_school', [{ name: 'generate_laed', event_id: 'e-1', user: {} }], new Date());
      const meaning = await json(['events', 'map', 'cli_school']);

      const [again, changed, gate, refused, inbox] = await Promise.all([
        json(['start', tenant, '--as', 'ops-a']),
        kobi(['start', amended, '--as', 'ops-a']),
        json(['gate', 'cli_school', 'creative-policy']),
        json(['decide', 'cli_school', 'creative_policy', 'approve', '--as', 'viewer-a']),
        json(['gates', '--for', 'approver-a@example.org']),
      ]);
      expect(again).toMatchObject({ code: 0, answer: [{ outcome: 'joined', differences: [] }] });
      expect(changed.code).toBe(2);
      expect(changed.stdout).toContain(`creatives.0.text: "${BAD_TEXT}" -> "${GOOD_TEXT}"`);
      expect(changed.stdout).toContain(`kobi amend cli_school --file ${amended} --as PERSON`);
      expect(gate).toMatchObject({ code: 0, answer: { revision: 1, state: 'open', exhibits: [{ id: 'open-day' }, { id: 'campus' }] } });
      expect(refused).toMatchObject({ code: 1, answer: { accepted: false, code: 'wrong_person' } });
      expect(inbox.answer).toContainEqual(expect.objectContaining({ slug: 'cli_school', gate: 'creative_policy' }));

      const no = ['decide', 'cli_school', 'creative_policy', 'reject', '--as', 'approver-a@example.org', '--decision-id', 'cli-no'];
      expect(await json(no)).toMatchObject({ code: 1, answer: { code: 'reason_missing' } });
      no[no.length - 1] = 'cli-no-2';
      const rejected = await json([...no, '--reason', 'no promises of grades']);
      expect(rejected).toMatchObject({ code: 0, answer: { accepted: true, gateState: 'rejected' } });

      const [twice, late, parked] = await Promise.all([
        json([...no, '--reason', 'no promises of grades']),
        json(['decide', 'cli_school', 'creative_policy', 'approve', '--as', 'approver-b']),
        json(['status', 'cli_school']),
      ]);
      expect(twice).toEqual(rejected);
      expect(late).toMatchObject({ code: 1, answer: { code: 'gate_already_decided' } });
      expect(stepStates(parked.answer)).toMatchObject({ creative_policy: 'parked gate_rejected', tiktok_account: 'waiting_on' });

      const amend = await json(['amend', 'cli_school', '--file', amended, ...OPS]);
      expect(amend).toMatchObject({ code: 0, answer: { accepted: true, steps: ['creative_policy', 'launch_check'] } });
      await client.linkTikTokAccount('cli_school');
      expect((await kobi(['start', amended, '--as', 'ops-a', '--wait'])).code).toBe(3);
      const stale = await json(['decide', 'cli_school', 'creative_policy', 'approve', '--as', 'approver-a', '--revision', '1']);
      expect(stale).toMatchObject({ code: 1, answer: { code: 'stale_revision' } });
      expect(await kobi(['decide', 'cli_school', 'creative_policy', 'approve', '--as', 'approver-a'])).toMatchObject({ code: 0 });

      const watched = await kobi(['watch', 'cli_school']);
      expect(watched).toMatchObject({ code: 0, stderr: '' });
      expect(watched.stdout).toMatch(/cli_school is live$/m);

      const [status, nothing, unchanged, exported] = await Promise.all([
        json(['status', 'cli_school']),
        json(['start', amended, '--as', 'ops-a', '--wait']),
        json(['amend', 'cli_school', '--file', amended, ...OPS]),
        json(['audit', 'export', 'cli_school']),
      ]);
      const live = statusJson.parse(status.answer);
      expect(live.state).toBe('live');
      expect(stepStates(live)).toMatchObject({ catalog: 'skipped', spark_ads: 'skipped', launch_check: 'done' });
      expect(live.gates).toMatchObject([{ id: 'creative_policy', revision: 2, state: 'approved', decisions: [{ actor: 'approver-a' }] }]);
      expect(nothing).toMatchObject({ code: 0, answer: [{ outcome: 'live', runId: null }] });
      expect(unchanged).toMatchObject({ code: 0, answer: { accepted: true, steps: [] } });

      // The same from the run as from what is kept of a live tenant.
      expect(await json(['events', 'map', 'cli_school'])).toEqual(meaning);
      expect(meaning).toMatchObject({
        code: 0,
        answer: {
          slug: 'cli_school',
          version: '1',
          pixelCode: expect.stringMatching(/^[A-Z0-9]+$/),
          optimisation: { problems: [], choice: null, findings: [], payments: { web: { counted: 0, needed: 20 } } },
          unmapped: [{ name: 'generate_laed', source: 'web', count: 1 }],
        },
      });
      const { map } = z.object({ map: z.array(z.looseObject({ name: z.string() })) }).parse(meaning.answer);
      expect(map).toContainEqual({ name: 'generate_lead', targets: { web: 'Lead', app: 'GenerateLead', offline: 'Lead', crm: 'Lead' } });
      expect(await kobi(['events', 'map', 'cli_shcool'])).toMatchObject({ code: 2, stderr: expect.stringContaining('cli_school') });

      const rows = z.array(z.object({ kind: z.string(), actor: z.string() })).parse(exported.answer);
      expect(rows).toContainEqual({ kind: 'onboarding_started', actor: 'ops-a' });
      expect(rows).toContainEqual({ kind: 'verb_amend', actor: 'ops-a' });
      // One person has one name, however it was typed; what was refused is on record too.
      expect(rows.filter(({ kind }) => kind === 'decision_accepted')).toEqual([
        { kind: 'decision_accepted', actor: 'approver-a' },
        { kind: 'decision_accepted', actor: 'approver-a' },
      ]);
      expect(
        rows
          .filter(({ kind }) => kind === 'decision_refused')
          .map(({ actor }) => actor)
          .sort(),
      ).toEqual(['approver-a', 'approver-a', 'approver-b', 'viewer-a']);
    });
  });
}
