import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CommandFault } from '../../src/cli/exit.js';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import type { GateStatus } from '../../src/contract/status.js';
import { listLedger } from '../../src/store/ledger.js';
import { holdsAfterEveryCase } from './oracles.js';
import { OPS } from './people.js';
import type { SimulatedCall } from './simulator.js';
import { drawsOf, WHOLE } from './seed.js';
import { startWorld, type World } from './world.js';

/** Calls a second that TikTok takes at each endpoint: few, so that they bind and not the machine. */
const PER_SECOND = 3;
const TENANTS = WHOLE ? 500 : 6;
/** Histories, ledgers and calls of so many are looked at in full. */
const LOOKED_AT = 40;
/** One command line has so many connections to the database, not hundreds. */
const STARTED_AT_ONCE = 20;
const PATIENCE_MS = WHOLE ? 3_600_000 : 360_000;

let world: World;
beforeAll(async () => {
  world = await startWorld({
    name: 'rush',
    people: false,
    simulator: { SIMULATOR_RATE_LIMIT: String(PER_SECOND) },
    env: { TIKTOK_RATE_LEVEL: String(PER_SECOND) },
    // Production's: a call with one attempt waits in it for its slot.
    waits: { timeoutMs: 60_000 },
  });
});
afterAll(() => world.close());

async function live(): Promise<number> {
  const { count } = await world.db
    .selectFrom('onboardings')
    .select((from) => from.fn.countAll<string>().as('count'))
    .where('state', '=', 'live')
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Approves what is open until all are live. Few looks at few columns: they must not cost what is measured. */
async function approveUntilLive(): Promise<void> {
  const approved = new Set<string>();
  const approve = async (slug: string, gate: GateStatus['id'], revision: number, evidenceHash: string): Promise<void> => {
    const key = `${slug}:${gate}:${revision}`;
    const person = { actor: 'approver-a@example.org', reason: 'in order' } as const;
    try {
      const answer = await world.onboardings.decide(slug, { decisionId: key, gate, revision, evidenceHash, verdict: 'approve', ...person });
      expect(answer).toMatchObject({ accepted: true });
      approved.add(key);
    } catch (error) {
      // Hundreds that begin at once keep every worker busy for a while; the same decision is asked again, as the command line says.
      if (!(error instanceof CommandFault) || error.details.code !== 'outcome_unknown') throw error;
    }
  };
  const end = Date.now() + PATIENCE_MS;
  while ((await live()) < TENANTS) {
    if (Date.now() > end) throw new Error(`only ${await live()} of ${TENANTS} are live`);
    const open = await world.db
      .selectFrom('gates')
      .select(['slug', 'gate', 'revision', 'evidence_hash'])
      .where('state', '=', 'open')
      .execute();
    for (const { slug, gate, revision, evidence_hash: hash } of open)
      if (!approved.has(`${slug}:${gate}:${revision}`)) await approve(slug, gate, revision, hash);
    await delay(250);
  }
}

/** The most calls that an endpoint got within one second of TikTok's clock, by its path. */
function busiestSeconds(calls: readonly SimulatedCall[]): Map<string, number> {
  const bySecond = new Map<string, number>();
  for (const { path, wallMs } of calls) {
    const key = `${path} ${Math.floor(wallMs / 1_000)}`;
    bySecond.set(key, (bySecond.get(key) ?? 0) + 1);
  }
  const most = new Map<string, number>();
  for (const [key, count] of bySecond) {
    const path = key.split(' ')[0] ?? '';
    most.set(path, Math.max(most.get(path) ?? 0, count));
  }
  return most;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

async function spanOf(slug: string): Promise<Span> {
  const { startTime, closeTime } = await world.client.workflow.getHandle(onboardingWorkflowId(slug)).describe();
  return { from: startTime.getTime(), to: closeTime?.getTime() ?? Number.POSITIVE_INFINITY };
}

it('case 15: many onboardings at once go live without a failure, and TikTok never sees more than it takes', {
  timeout: PATIENCE_MS,
}, async () => {
  const draws = drawsOf(15);
  // Each is funded with 500 EUR, for which the Business Center of the simulator has not enough.
  await world.simulator.person({ action: 'set-bc', cashMinor: TENANTS * 50_000 });
  const tenants = await Promise.all(Array.from({ length: TENANTS }, (_, index) => world.tenant(`t${index + 1}`)));
  for (const { tiktokAccount } of tenants)
    await world.simulator.person({ action: 'link-tiktok-account', handle: tiktokAccount.handle ?? '' });
  const slugs = tenants.map(({ slug }) => slug);
  for (let from = 0; from < tenants.length; from += STARTED_AT_ONCE)
    await Promise.all(
      tenants
        .slice(from, from + STARTED_AT_ONCE)
        .map(async (tenant) => expect(await world.onboardings.start(tenant, OPS)).toMatchObject({ outcome: 'started' })),
    );
  await approveUntilLive();

  expect(await listLedger(world.db, { kinds: ['step_parked'] }), 'steps that parked').toEqual([]);
  const calls = await world.simulator.calls();
  const seconds = busiestSeconds(calls);
  for (const [path, most] of seconds) expect({ path, most: Math.max(most, PER_SECOND) }).toEqual({ path, most: PER_SECOND });
  expect(Math.max(...seconds.values()), 'the limit was never reached').toBe(PER_SECOND);
  const counts = [...seconds.keys()].map((path) => calls.filter((call) => call.path === path).length);
  const spans = await Promise.all(slugs.map(spanOf));
  if (WHOLE) {
    const wallMs = Math.max(...spans.map(({ to }) => to)) - Math.min(...spans.map(({ from }) => from));
    expect(wallMs).toBeLessThanOrEqual((1.25 * Math.max(...counts) * 1_000) / PER_SECOND);
    const waits = spans.map(({ from, to }) => to - from);
    expect(Math.max(...waits) / Math.min(...waits)).toBeLessThanOrEqual(2);
  }
  const lookedAt = slugs.length <= LOOKED_AT ? slugs : [...new Set(Array.from({ length: LOOKED_AT }, () => draws.pick(slugs)))];
  await holdsAfterEveryCase(world, lookedAt);
});
