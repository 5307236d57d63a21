import { randomUUID } from 'node:crypto';
import { appendFile, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSession, type Session } from '../../src/cli/session.js';
import type { GateId, StepId } from '../../src/contract/checklist.js';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import { decisionSchema, SIGNAL } from '../../src/contract/messages.js';
import type { GateStatus } from '../../src/contract/status.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { listLedger } from '../../src/store/ledger.js';
import { fastForward } from '../harness/temporal.js';
import { everyAbuseIsRefused, PEOPLE } from './abuses.js';
import { clientLinks, decide, decisionOn, decisionRows, untilGate, untilStep } from './approver.js';
import { decisionsHold, everyCostOnce, holdsAfterEveryCase, moneyMovedOnce, noTaskFailed, nothingMadeTwice } from './oracles.js';
import { OPS } from './people.js';
import { LONG } from './profile.js';
import { raceOnPaper } from './race-on-paper.js';
import { callsOf } from './remote.js';
import { runsOf } from './runs.js';
import { drawsOf, WHOLE } from './seed.js';
import { startWorld, type TenantTraits, type World } from './world.js';

const UPLOAD = '/file/image/ad/upload/';
const TRANSFER = '/bc/transfer/';
const ABOVE_THRESHOLD = { billing: { initialFundingMinor: 150_000 } } as const;
const DAY = 24 * 3_600_000;

let folder: string;
let world: World;
let elsewhere: Session;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kobi-people-'));
  const file = join(folder, 'people.yaml');
  await writeFile(file, JSON.stringify({ people: PEOPLE }));
  world = await startWorld({ name: 'judge', people: false, workers: 2, env: { KOBI_PEOPLE_FILE: file } });
  elsewhere = openSession({ ...world.env });
});
afterAll(async () => {
  await elsewhere?.close();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

it('case 19: of two approvers who decide oppositely at the same instant one is accepted and the other hears who it was', LONG, async () => {
  const draws = drawsOf(19);
  for (let race = 0; race < 1_000; race += 1) raceOnPaper(draws);

  const [tenants, rounds] = WHOLE ? [10, 20] : [5, 10];
  const there = await elsewhere.onboardings();
  const race = async (slug: string, gate: GateStatus): Promise<boolean> => {
    const against = draws.pick(['reject', 'request_changes'] as const);
    const [yes, no] = draws.pick([
      ['approver-a', 'approver-b'],
      ['approver-b', 'approver-a'],
    ] as const);
    const approve = () => world.onboardings.decide(slug, decisionOn(gate, { actor: yes }));
    const refuse = () => there.decide(slug, decisionOn(gate, { actor: no, verdict: against }));
    const answers = await Promise.all(draws.below(2) === 0 ? [approve(), refuse()] : [refuse(), approve()].toReversed());
    const [won, ...more] = answers.filter(({ accepted }) => accepted);
    const lost = answers.find(({ accepted }) => !accepted);
    expect(more).toEqual([]);
    const winner = won === answers[0] ? `${yes} said approve` : `${no} said ${against.replace('_', ' ')}`;
    expect(lost).toMatchObject({ code: 'gate_already_decided', gateState: won?.gateState });
    expect(lost?.message).toContain(winner);
    return won === answers[0];
  };

  const raced = await Promise.all(
    Array.from({ length: tenants }, async (_, index) => {
      const tenant = await world.tenant(`race${index}`);
      const [creative] = tenant.creatives;
      const slug = await world.start(tenant);
      let approvals = 0;
      for (let round = 1; round <= rounds; round += 1) {
        const approved = await race(slug, await untilGate(world, slug, 'creative_policy', 'open', round));
        approvals += Number(approved);
        if (approved) await untilStep(world, slug, 'creative_policy', 'done');
        if (round === rounds || !creative) continue;
        // Another file is other evidence, so that every approval shows in an upload of its own.
        const file = join(folder, `${slug}-${round}.jpg`);
        await copyFile(resolve('examples', 'assets', 'campus.jpg'), file);
        await appendFile(file, `${slug} ${round}`);
        const next: Tenant = { ...tenant, creatives: [{ ...creative, file, text: `Round ${round} at the school` }] };
        await world.onboardings.amend(slug, { actor: OPS, reason: 'the next round', tenant: next });
      }
      return { slug, approvals };
    }),
  );
  for (const { slug, approvals } of raced) {
    const rows = await listLedger(world.db, { slug, kinds: ['decision_accepted'] });
    expect(new Set(rows.map(({ payload }) => payload['revision'])).size).toBe(rounds);
    expect(rows).toHaveLength(rounds);
    const refused = (await decisionRows(world, slug)).filter((row) => row.includes(': '));
    expect(refused).toHaveLength(rounds);
    expect(await callsOf(world, slug, UPLOAD)).toHaveLength(approvals);
  }
  const slugs = raced.map(({ slug }) => slug);
  await nothingMadeTwice(world, slugs);
  await everyCostOnce(world, slugs);
  await decisionsHold(world, slugs);
  noTaskFailed((await Promise.all(slugs.map((slug) => runsOf(world, slug)))).flat());
});

it('case 21: wrong role, other tenant, disabled people, the starter and one person as two are refused and recorded', LONG, async () => {
  drawsOf(21);
  everyAbuseIsRefused();

  const tenant = await world.tenant('abused', { change: ABOVE_THRESHOLD });
  await world.onboardings.start(tenant, 'lead-a');
  const { slug } = tenant;
  const creative = await untilGate(world, slug, 'creative_policy', 'open');
  const funding = await untilGate(world, slug, 'initial_funding', 'open');
  const always = [
    ['viewer-a', 'wrong_person'],
    ['admin-a', 'wrong_person'],
    ['ops-a', 'wrong_person'],
    ['approver-elsewhere', 'wrong_person'],
    ['former-approver-a', 'person_disabled'],
    ['approver-z', 'person_unknown'],
    ['lead-a', 'starter_may_not_decide'],
    ['Lead-A@example.org', 'starter_may_not_decide'],
  ] as const;
  const refused: string[] = [];
  const refuse = async (gate: GateStatus, abuses: readonly (readonly [string, string])[]): Promise<void> => {
    for (const [actor, code] of abuses) {
      expect(await decide(world, slug, gate, { actor }), `${actor} at ${gate.id}`).toMatchObject({ accepted: false, code });
      refused.push(`${actor} approve: ${code}`);
    }
    expect(await decisionRows(world, slug)).toEqual(refused);
  };
  await refuse(creative, [...always, ['finance-a', 'wrong_person']]);
  await refuse(funding, [...always, ['approver-a', 'wrong_person']]);

  // The same by signal, which answers nobody: the row tells.
  const handle = world.client.workflow.getHandle(onboardingWorkflowId(slug));
  const signalled = always.map(([actor]) => decisionSchema().parse({ ...decisionOn(creative, { actor }), decisionId: randomUUID() }));
  await Promise.all(signalled.map((decision) => handle.signal(SIGNAL.decide, decision)));
  const bySignal = async () =>
    (await listLedger(world.db, { slug, kinds: ['decision_refused'] })).filter(({ payload }) => payload['via'] === 'signal');
  await world.until('the signals are recorded', async () => (await bySignal()).length === signalled.length);

  expect(await decide(world, slug, funding, { actor: 'finance-a' })).toMatchObject({ accepted: true, stillNeeded: 1 });
  for (const actor of ['finance-a', 'Finance-A@example.org'])
    expect(await decide(world, slug, funding, { actor })).toMatchObject({ accepted: false, code: 'already_voted' });
  expect((await world.status(slug))?.gates.map(({ id, state, decisions }) => [id, state, decisions.length])).toEqual(
    expect.arrayContaining([
      ['creative_policy', 'open', 0],
      ['initial_funding', 'open', 1],
    ]),
  );
  expect([...(await callsOf(world, slug, UPLOAD)), ...(await callsOf(world, slug, TRANSFER))]).toEqual([]);

  expect(await decide(world, slug, creative)).toMatchObject({ gateState: 'approved' });
  expect(await decide(world, slug, funding, { actor: 'finance-b' })).toMatchObject({ gateState: 'approved' });
  await clientLinks(world, slug);
  await world.untilLive([slug]);
  await moneyMovedOnce(world, slug);
  await holdsAfterEveryCase(world, [slug]);
});

it('case 23: gates that nobody answers remind and escalate on time, expire and park; nothing goes ahead', LONG, async () => {
  drawsOf(23);
  // One gate a tenant: where two timers of a run are less than a second apart, the server's leap over time can take both at once.
  const silent: readonly { gate: GateId; step: StepId; traits: TenantTraits; afterwards: readonly string[] }[] = [
    { gate: 'creative_policy', step: 'creative_policy', traits: {}, afterwards: [] },
    { gate: 'initial_funding', step: 'billing', traits: { change: { creatives: [], ...ABOVE_THRESHOLD } }, afterwards: [] },
    // A post that nobody released is given back to its creator.
    { gate: 'spark_ads', step: 'spark_ads', traits: { spark: true, change: { creatives: [] } }, afterwards: ['/tt_video/unbind/'] },
  ];
  const changes = async (slug: string) => (await callsOf(world, slug)).filter(({ committed }) => committed).map(({ path }) => path);
  const forward = (slug: string, days: number) =>
    fastForward(world.client, world.client.workflow.getHandle(onboardingWorkflowId(slug)), days * DAY);
  const waiting = await Promise.all(
    silent.map(async ({ gate: id, step, traits, afterwards }) => {
      const slug = await world.start(`silent_${id}`, traits);
      await clientLinks(world, slug);
      const gate = await untilGate(world, slug, id, 'open');
      await world.until('only people are waited for', async () => (await world.status(slug))?.state === 'waiting');
      return { slug, gate, step, expected: [...(await changes(slug)), ...afterwards] };
    }),
  );

  await Promise.all(waiting.map(({ slug }) => forward(slug, 5.5)));
  await world.workers.killAll();
  await world.workers.start();
  await Promise.all(waiting.map(({ slug }) => forward(slug, 9.5)));
  for (const { slug, gate } of waiting) await untilGate(world, slug, gate.id, 'expired');
  await Promise.all(waiting.map(({ slug }) => forward(slug, 60)));

  const days = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `gate_reminded day ${from + index}`);
  for (const { slug, gate, step, expected } of waiting) {
    const rows = await listLedger(world.db, { slug, kinds: ['gate_reminded', 'gate_escalated', 'gate_expired'] });
    const acts = rows.map(({ kind, at }) => `${kind} day ${Math.floor((Date.parse(at) - Date.parse(gate.openedAt)) / DAY)}`);
    expect(acts, gate.id).toEqual([...days(1, 2), 'gate_escalated day 3', ...days(3, 13), 'gate_expired day 14']);
    const parked = await untilStep(world, slug, step, 'parked');
    expect(parked.failure).toMatchObject({ code: 'gate_expired', mend: expect.stringContaining(`kobi retry ${slug} ${step}`) });
    expect((await world.status(slug))?.state).toBe('parked');
    expect(await changes(slug)).toEqual(expected);
  }
  await holdsAfterEveryCase(
    world,
    waiting.map(({ slug }) => slug),
  );
});
