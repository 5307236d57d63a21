import { appendFile, copyFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DecisionRequest } from '../../src/cli/decide-gate.js';
import { openSession } from '../../src/cli/session.js';
import type { DecisionAnswer, Refusal } from '../../src/contract/messages.js';
import type { GateStatus } from '../../src/contract/status.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { listLedger } from '../../src/store/ledger.js';
import { kobi, kobiProcess, type Ran } from '../cli/kobi.js';
import { clientLinks, decide, decideWords, decisionOn, decisionRows, untilGate, untilStep } from './approver.js';
import { type Holds, placeHolds } from './holds.js';
import { holdsAfterEveryCase, moneyMovedOnce } from './oracles.js';
import { OPS } from './people.js';
import { LONG } from './profile.js';
import { callsOf } from './remote.js';
import { drawsOf } from './seed.js';
import { startWorld, type World } from './world.js';

const UPLOAD = '/file/image/ad/upload/';
const GATES = { dueAfterMs: 500, remindEveryMs: 60_000, escalateAfterMs: 60_000 } as const;
const BY_OPS = { actor: OPS, reason: 'an operator says so' } as const;
const ABOVE_THRESHOLD = { billing: { initialFundingMinor: 150_000 } } as const;

let world: World;
let holds: Holds;
beforeAll(async () => {
  world = await startWorld({ name: 'decide', people: false });
  holds = await placeHolds(world.databaseUrl);
});
afterAll(async () => {
  await holds?.close();
  await world?.close();
});

it(
  'case 18: a decision sent twice, anew, or after a lost answer is one effect with one answer, and others hear who decided',
  LONG,
  async () => {
    const draws = drawsOf(18);
    const [first, second] = draws.pick([
      ['approver-a', 'approver-b'],
      ['approver-b', 'approver-a'],
    ] as const);
    const slug = await world.start('twice');
    const gate = await untilGate(world, slug, 'creative_policy', 'open');
    const decision = decisionOn(gate, { actor: first });

    // The approver's own machine dies while the row is being written: nobody is there to hear the answer.
    const hold = await holds.set('row decision_accepted');
    const machine = new AbortController();
    const asked = kobiProcess(decideWords(slug, decision), world.env, machine.signal);
    const ended: Ran[] = [];
    void asked.then((ran) => ended.push(ran));
    // A process takes long to start on a busy machine; one that ended by itself is not waited for.
    const held = async () => (await holds.holding()).has(hold);
    await world.until('the decision is about to be recorded', async () => ended.length > 0 || held(), 300_000);
    expect(ended, 'the command ended before its decision was recorded').toEqual([]);
    machine.abort();
    expect(await asked).toMatchObject({ code: null, stdout: '' });
    await holds.release(hold, true);
    await untilGate(world, slug, 'creative_policy', 'approved');

    const answers = await Promise.all([decision, decision, decision].map((same) => world.onboardings.decide(slug, same)));
    const [row] = await listLedger(world.db, { slug, kinds: ['decision_accepted'] });
    const said = { accepted: true, decisionId: decision.decisionId, ledgerSeq: row?.seq };
    for (const answer of answers) expect(answer).toMatchObject({ ...said, gateState: 'approved' });
    expect(new Set(answers.map(({ message }) => message)).size).toBe(1);

    for (const [actor, verdict] of [
      [first, 'approve'],
      [second, 'reject'],
    ] as const) {
      const late = await decide(world, slug, gate, { actor, verdict });
      expect(late).toMatchObject({ accepted: false, code: 'gate_already_decided' });
      expect(late.message).toContain(`${first} said approve at`);
    }
    await clientLinks(world, slug);
    await world.untilLive([slug]);
    expect(await world.onboardings.decide(slug, decision), 'the same answer when the run is over').toMatchObject(said);

    expect(await decisionRows(world, slug)).toEqual([
      `${first} approve`,
      `${first} approve: gate_already_decided`,
      `${second} reject: gate_already_decided`,
    ]);
    expect((await world.status(slug))?.gates[0]?.decisions).toHaveLength(1);
    expect(await callsOf(world, slug, UPLOAD)).toHaveLength(1);
    await holdsAfterEveryCase(world, [slug]);
  },
);

/** What a refused decision must leave as it was. */
async function stateOf(slug: string): Promise<unknown> {
  const status = await world.status(slug);
  const step = status?.steps.find(({ id }) => id === 'creative_policy');
  const gates = status?.gates.map(({ id, revision, state, decisions }) => ({ id, revision, state, decisions }));
  return { step: step?.state, gates, uploads: (await callsOf(world, slug, UPLOAD)).length };
}

function reworded(slug: string, text: string): Tenant {
  const tenant = world.tenants.get(slug);
  const [creative] = tenant?.creatives ?? [];
  if (!tenant || !creative) throw new Error(`${slug} has no creative`);
  return { ...tenant, creatives: [{ ...creative, text }] };
}

it(
  'case 20: a decision too early, after expiry, withdrawal or the end, or for an old revision is refused with its own code',
  LONG,
  async () => {
    const draws = drawsOf(20);
    const refused: string[] = [];
    const refuses = async (slug: string, gate: GateStatus, code: Refusal, change: Partial<DecisionRequest> = {}): Promise<void> => {
      const before = await stateOf(slug);
      const actor = draws.pick(['approver-a', 'approver-b']);
      const verdict = draws.pick(['approve', 'reject', 'request_changes'] as const);
      const decision = decisionOn(gate, { actor, verdict, ...change });
      const answer = await world.onboardings.decide(slug, decision);
      expect(answer, `${decision.verdict} by ${actor}`).toMatchObject({ accepted: false, code });
      expect(await stateOf(slug)).toEqual(before);
      const [last] = await listLedger(world.db, { slug, kinds: ['decision_outcome'] }).then((rows) => rows.slice(-1));
      expect(last?.payload).toMatchObject({ decisionId: answer.decisionId });
      if (code === 'onboarding_ended') expect(last?.payload).toMatchObject({ unanswered: 'onboarding_gone' });
      else expect((await decisionRows(world, slug)).at(-1)).toBe(`${actor} ${decision.verdict}: ${code}`);
      refused.push(slug);
    };

    await world.simulator.person({ action: 'set-timings', reviewDelaySeconds: null, automaticApproval: false });
    const early = await world.start('early', { change: ABOVE_THRESHOLD });
    const creative = await untilGate(world, early, 'creative_policy', 'open');
    await refuses(early, creative, 'gate_not_open_yet', { revision: 2 });
    await refuses(early, creative, 'gate_not_open_yet', { gate: 'initial_funding', verdict: 'approve', amountMinor: 150_000 });
    await world.simulator.person({ action: 'approve-review', advertiser: `kobi_${early}_tiktok` });
    await world.simulator.person({ action: 'set-timings', reviewDelaySeconds: 0.2, automaticApproval: true });
    expect((await untilGate(world, early, 'initial_funding', 'open')).decisions).toEqual([]);

    const hasty = openSession({ ...world.env, KOBI_WAITS: JSON.stringify({ gates: { ...GATES, expireAfterMs: 1_500 } }) });
    const late = await world.tenant('late');
    await (await hasty.onboardings()).start(late, OPS);
    await hasty.close();
    const renewed = await world.start('renewed');
    const withdrawn = await world.start('withdrawn');
    const ended = await world.start('ended', { change: { billing: { initialFundingMinor: 0 } } });

    const first = await untilGate(world, renewed, 'creative_policy', 'open');
    await world.onboardings.amend(renewed, { ...BY_OPS, tenant: reworded(renewed, 'Come and see the school') });
    await untilGate(world, renewed, 'creative_policy', 'open', 2);
    await refuses(renewed, first, 'stale_revision');

    const gone = await untilGate(world, withdrawn, 'creative_policy', 'open');
    expect(await decide(world, withdrawn, gone, { ...BY_OPS, verdict: 'withdraw' })).toMatchObject({ accepted: true });
    await untilStep(world, withdrawn, 'creative_policy', 'parked');
    await refuses(withdrawn, gone, 'gate_withdrawn');

    const last = await untilGate(world, ended, 'creative_policy', 'open');
    await world.onboardings.cancel(ended, BY_OPS);
    await world.until(`${ended} is cancelled`, async () => (await world.status(ended))?.state === 'cancelled');
    await refuses(ended, last, 'onboarding_ended');

    const expired = await untilGate(world, late.slug, 'creative_policy', 'expired');
    expect((await untilStep(world, late.slug, 'creative_policy', 'parked')).failure?.code).toBe('gate_expired');
    await refuses(late.slug, expired, 'gate_expired');

    for (const slug of refused) expect(await callsOf(world, slug, UPLOAD)).toEqual([]);
    await holdsAfterEveryCase(world, [...new Set(refused)]);
  },
);

it('case 22: what changed after somebody looked is not decided, and what changed after the approval is not done', LONG, async () => {
  drawsOf(22);
  const page = await world.start('page');
  const seen = await untilGate(world, page, 'creative_policy', 'open');
  await world.onboardings.amend(page, { ...BY_OPS, tenant: reworded(page, 'Guaranteed grades') });
  const fresh = await untilGate(world, page, 'creative_policy', 'open', 2);
  const clicked = await kobi(decideWords(page, decisionOn(seen)), world.env);
  expect(clicked).toMatchObject({ code: 1, stderr: '' });
  expect(clicked.stdout).toContain('refused (stale_revision)');
  expect(clicked.stdout).toContain('creatives[campus].text: "Small classes in the mountains" -> "Guaranteed grades"');
  expect(await decide(world, page, fresh, { evidenceHash: seen.evidenceHash })).toMatchObject({ code: 'stale_evidence' });
  expect((await untilGate(world, page, 'creative_policy', 'open', 2)).decisions).toEqual([]);

  /** The evidence changes while the approval is being recorded: after the click, before what it allows. */
  const approveWhile = async (slug: string, gate: GateStatus, actor: string, change: () => Promise<unknown>): Promise<DecisionAnswer> => {
    const hold = await holds.set('row decision_accepted');
    const answer = decide(world, slug, gate, { actor });
    await world.until('the approval is about to be recorded', async () => (await holds.holding()).has(hold));
    await change();
    await holds.release(hold, true);
    return answer;
  };

  const picture = join(world.folder, 'picture.jpg');
  await copyFile(resolve('examples', 'assets', 'campus.jpg'), picture);
  const [campus] = (await world.tenant('file')).creatives;
  const file = await world.start('file', { change: { creatives: campus ? [{ ...campus, file: picture }] : [] } });
  const shown = await untilGate(world, file, 'creative_policy', 'open');
  expect(await approveWhile(file, shown, 'approver-a', () => appendFile(picture, 'other'))).toMatchObject({ accepted: true });
  expect((await untilStep(world, file, 'creative_policy', 'parked')).failure?.code).toBe('creative_changed');
  expect(await callsOf(world, file, UPLOAD)).toEqual([]);
  await world.onboardings.retry(file, { ...BY_OPS, step: 'creative_policy' });
  const anew = await untilGate(world, file, 'creative_policy', 'open', 2);
  expect(anew.decisions).toEqual([]);
  await decide(world, file, anew);
  await untilStep(world, file, 'creative_policy', 'done');
  expect(await callsOf(world, file, UPLOAD)).toHaveLength(1);

  const wallet = await world.start('wallet', { change: ABOVE_THRESHOLD });
  const funding = await untilGate(world, wallet, 'initial_funding', 'open');
  await decide(world, wallet, funding, { actor: 'finance-a' });
  const pays = (paymentPortfolioType: string) => world.simulator.person({ action: 'set-bc', paymentPortfolioType });
  expect(await approveWhile(wallet, funding, 'finance-b', () => pays('SHARED'))).toMatchObject({ gateState: 'approved' });
  expect((await untilStep(world, wallet, 'billing', 'parked')).failure?.code).toBe('gate_withdrawn');
  expect(await callsOf(world, wallet, '/bc/transfer/')).toEqual([]);
  await pays('NON_SHARED');
  await world.onboardings.retry(wallet, { ...BY_OPS, step: 'billing' });
  await untilStep(world, wallet, 'billing', 'done');
  await moneyMovedOnce(world, wallet);
  await holdsAfterEveryCase(world, [page, file, wallet]);
});
