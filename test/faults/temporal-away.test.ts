import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServerAway } from '../../src/cli/run-access.js';
import type { GateStatus } from '../../src/contract/status.js';
import { listLedger } from '../../src/store/ledger.js';
import { kobiProcess } from '../cli/kobi.js';
import { type OwnTemporal, startOwnTemporal } from './own-temporal.js';
import { endsAs, holdsAfterEveryCase, moneyMovedOnce, timersFireOnce } from './oracles.js';
import { OPS } from './people.js';
import { LONG } from './profile.js';
import { readRemoteState, remoteOutcome } from './remote.js';
import { drawsOf, scaled, WHOLE } from './seed.js';
import { startWorld, type World } from './world.js';

const RECONNECT_MS = 30_000;

let temporal: OwnTemporal;
let world: World;
beforeAll(async () => {
  temporal = await startOwnTemporal();
  const gates = { remindEveryMs: 1_000, escalateAfterMs: 2_000, dueAfterMs: 300_000, expireAfterMs: 600_000 };
  world = await startWorld({ name: 'server', temporalAddress: temporal.address, workers: 2, people: false, waits: { gates } });
});
afterAll(async () => {
  await world.close();
  await temporal.close();
});

async function openGate(slug: string): Promise<GateStatus> {
  const found = async (): Promise<GateStatus | undefined> =>
    (await world.status(slug))?.gates.find((gate) => gate.id === 'creative_policy' && gate.state === 'open');
  await world.until(`the gate of ${slug} is open`, async () => (await found()) !== undefined);
  const gate = await found();
  if (!gate) throw new Error(`the gate of ${slug} closed by itself`);
  return gate;
}

function approval(gate: GateStatus, decisionId: string) {
  const { id, revision, evidenceHash } = gate;
  return { gate: id, revision, evidenceHash, decisionId, verdict: 'approve', actor: 'approver-a@example.org', reason: 'seen' } as const;
}

it('case 6: after Temporal was killed in mid-run and is back, clients and workers go on by themselves', LONG, async () => {
  const draws = drawsOf(6);
  const plain = await world.start('plain', { catalog: true });
  world.people.start();
  await world.untilLive([plain]);
  await world.people.stop();

  const slugs = await Promise.all(Array.from({ length: WHOLE ? 20 : 6 }, (_, index) => world.start(`mid${index}`, { catalog: true })));
  const made = 1 + draws.below(30);
  await world.until(`${made} calls that change something`, async () => (await world.simulator.calls({ committed: true })).length >= made);
  await temporal.kill();
  await delay(scaled({ minutes: 10 }) + draws.below(1_000));
  await temporal.start();

  const back = Date.now() + RECONNECT_MS;
  await world.until(
    'the client that was there before hears from every run',
    async () =>
      (await Promise.allSettled(slugs.map((slug) => world.onboardings.status(slug)))).every(({ status }) => status === 'fulfilled'),
    back - Date.now(),
  );
  const before = (await world.simulator.calls()).length;
  world.people.start();
  await world.until('the workers call TikTok again', async () => (await world.simulator.calls()).length > before, back - Date.now());
  await world.untilLive(slugs);
  expect(world.workers.living().length, 'workers that lived through it').toBe(2);
  await endsAs(world, slugs, remoteOutcome(await readRemoteState(world), plain));
  timersFireOnce(await holdsAfterEveryCase(world, slugs));
  await world.people.stop();
});

it('case 7: whoever starts or decides while Temporal is away hears it, and the same request again has one effect', LONG, async () => {
  drawsOf(7);
  const slug = await world.start('decides');
  const gate = await openGate(slug);
  const tenant = await world.tenant('starts');
  const rows = (kind: string) => listLedger(world.db, { slug, kinds: [kind] });
  const decision = approval(gate, 'decision-while-away');
  await temporal.kill();

  const [started, decided] = await Promise.all([
    kobiProcess(['start', 'examples/tenants/coast_tours.yaml', '--as', OPS], world.env),
    kobiProcess(
      ['decide', slug, gate.id, 'approve', '--as', decision.actor, '--reason', decision.reason, '--decision-id', decision.decisionId],
      world.env,
    ),
    // Who was connected before, as a page is, does not wait until the SDK has tried for the last time.
    expect(world.onboardings.start(tenant, OPS)).rejects.toBeInstanceOf(ServerAway),
    expect(world.onboardings.decide(slug, decision)).rejects.toThrow(/the Temporal server went away: .* --decision-id decision-while-away/),
  ]);
  for (const { code, stderr } of [started, decided]) {
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(temporal.address) });
    expect(stderr).not.toMatch(/\n\s+at /);
  }
  expect(
    (await world.status(tenant.slug)) ?? (await world.status('coast_tours')),
    'anything recorded of what did not start',
  ).toBeUndefined();
  expect(await rows('decision_accepted')).toEqual([]);
  await temporal.start();

  await world.until(
    'a client reaches the server',
    async () =>
      world.onboardings.status(slug).then(
        () => true,
        () => false,
      ),
    RECONNECT_MS,
  );
  const outcomes = await Promise.all([1, 2, 3].map(async () => (await world.onboardings.start(tenant, OPS)).outcome));
  expect(outcomes.sort()).toEqual(['joined', 'joined', 'started']);
  const answers = await Promise.all([1, 2, 3].map(() => world.onboardings.decide(slug, decision)));
  expect(new Set(answers.map(({ accepted, ledgerSeq }) => `${accepted} ${ledgerSeq}`)).size).toBe(1);
  expect(answers[0]).toMatchObject({ accepted: true, gateState: 'approved' });
  expect((await rows('decision_accepted')).map(({ payload }) => payload['decisionId'])).toEqual([decision.decisionId]);
  world.people.start();
  await world.untilLive([slug, tenant.slug]);
  await world.people.stop();
  for (const each of [slug, tenant.slug]) await moneyMovedOnce(world, each);
  await holdsAfterEveryCase(world, [slug, tenant.slug]);
});
