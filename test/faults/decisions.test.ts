import { afterAll, beforeAll, expect, it } from 'vitest';
import { listLedger } from '../../src/store/ledger.js';
import { kobiProcess } from '../cli/kobi.js';
import { clientLinks, decide, decideWords, decisionOn, decisionRows, untilGate, untilStep } from './approver.js';
import { type Holds, placeHolds } from './holds.js';
import { holdsAfterEveryCase } from './oracles.js';
import { LONG } from './profile.js';
import { callsOf } from './remote.js';
import { drawsOf } from './seed.js';
import { startWorld, type World } from './world.js';

const UPLOAD = '/file/image/ad/upload/';

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
    await world.until('the decision is about to be recorded', async () => (await holds.holding()).has(hold));
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
      expect(late.message).toContain(`${first} decided approve at`);
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
