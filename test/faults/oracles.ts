import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import { z } from 'zod';
import { ledgerRows, verifyChain } from '../../src/store/ledger.js';
import { listIntents } from '../../src/store/intents.js';
import { callsOf, readRemoteState, remoteOutcome, type RemoteOutcome } from './remote.js';
import { inputsOf, millisOf, runsOf, textsIn, type Run } from './runs.js';
import type { World } from './world.js';

/** The intents that stand behind each call that costs or cannot be taken back. */
const INTENTS_OF: Readonly<Record<string, readonly string[]>> = {
  '/bc/advertiser/create/': ['create_advertiser'],
  '/pixel/create/': ['create_pixel'],
  '/pixel/event/create/': ['create_pixel_events'],
  '/catalog/create/': ['create_catalog'],
  '/catalog/delete/': ['delete_catalog'],
  '/catalog/feed/create/': ['create_feed'],
  '/bc/transfer/': ['transfer_recharge', 'transfer_refund'],
  '/file/image/ad/upload/': ['upload_creative'],
  '/file/video/ad/upload/': ['upload_creative'],
};

/** Calls that only a decision allows where its gate was opened, and the gate that it must be about. */
const GATED: Readonly<Record<string, string>> = {
  '/bc/transfer/': 'initial_funding',
  '/file/image/ad/upload/': 'creative_policy',
  '/file/video/ad/upload/': 'creative_policy',
};

/** O1: at most one object of each of our names, exactly one advertiser for a tenant that is live. */
export async function nothingMadeTwice(world: World, slugs: readonly string[]): Promise<void> {
  const state = await readRemoteState(world);
  const live = new Set((await world.statuses()).filter((status) => status.state === 'live').map(({ slug }) => slug));
  for (const slug of slugs) {
    const { advertisers, pixels, catalogs } = remoteOutcome(state, slug);
    expect({ slug, advertisers: advertisers.length }).toEqual({ slug, advertisers: live.has(slug) ? 1 : Math.min(advertisers.length, 1) });
    expect(pixels.length, `pixels of ${slug}`).toBeLessThanOrEqual(1);
    expect(catalogs.length, `catalogs of ${slug}`).toBeLessThanOrEqual(1);
  }
}

/** O2: each call that costs has an intent that is older, happened at most once under it, and left us no oftener than the intent counts. */
export async function everyCostOnce(world: World, slugs: readonly string[]): Promise<void> {
  for (const slug of slugs) {
    const [intents, calls] = await Promise.all([listIntents(world.db, slug), callsOf(world, slug)]);
    for (const [path, kinds] of Object.entries(INTENTS_OF)) {
      const made = calls.filter((call) => call.path === path && call.committed);
      const meant = intents.filter((intent) => kinds.includes(intent.kind));
      const confirmed = meant.filter((intent) => intent.state === 'confirmed' || intent.state === 'unknown' || intent.state === 'sent');
      expect(made.length, `${path} for ${slug}, ${confirmed.length} intent(s)`).toBeLessThanOrEqual(confirmed.length);
      const sent = calls.filter((call) => call.path === path);
      const attempts = meant.reduce((sum, intent) => sum + intent.attempts, 0);
      expect(sent.length, `calls of ${path} for ${slug}`).toBeLessThanOrEqual(attempts);
      for (const call of made) {
        const older = meant.filter((intent) => Date.parse(intent.plannedAt) <= call.wallMs);
        expect(older.length, `an intent older than ${path} of ${slug}`).toBeGreaterThan(0);
      }
    }
  }
}

/** The tenant's wallet holds exactly what was to be transferred, moved once. */
export async function moneyMovedOnce(world: World, slug: string): Promise<void> {
  const amount = world.tenants.get(slug)?.billing.initialFundingMinor ?? 0;
  const { transfers, advertisers } = remoteOutcome(await readRemoteState(world), slug);
  expect({ slug, transfers, wallet: advertisers.map(({ cashMinor }) => cashMinor) }).toEqual({
    slug,
    transfers: [`INCREASE_BALANCE ${amount}`],
    wallet: [amount],
  });
}

const decided = z.looseObject({ gate: z.string(), revision: z.int(), verdict: z.string(), evidenceHash: z.string() });
const opened = z.looseObject({ gate: z.string(), revision: z.int(), evidenceHash: z.string(), needed: z.int() });

/** O3 and O4: gated calls come after the decisions they need, about the evidence that was shown; chains verify; one outcome per revision. */
export async function decisionsHold(world: World, slugs: readonly string[]): Promise<void> {
  for (const slug of slugs) {
    const [report] = await verifyChain(world.db, slug);
    expect(report?.fault ?? null, `the chain of ${slug}`).toBeNull();
    const revisions: (z.infer<typeof opened> & { openedAt: string; verdicts: string[]; settledAt?: string })[] = [];
    for await (const row of ledgerRows(world.db, slug)) {
      if (row.kind === 'gate_opened') revisions.push({ ...opened.parse(row.payload), openedAt: row.at, verdicts: [] });
      if (row.kind !== 'decision_accepted') continue;
      const decision = decided.parse(row.payload);
      const gate = revisions.findLast((each) => each.gate === decision.gate);
      if (!gate) throw new Error(`${slug}: ${decision.gate} was decided before it was open`);
      expect({ slug, revision: decision.revision, hash: decision.evidenceHash }).toEqual({
        slug,
        revision: gate.revision,
        hash: gate.evidenceHash,
      });
      gate.verdicts.push(decision.verdict);
      expect(gate.verdicts.length, `decisions of ${decision.gate} of ${slug}`).toBeLessThanOrEqual(gate.needed);
      if (gate.verdicts.length === gate.needed || decision.verdict !== 'approve') gate.settledAt = row.at;
    }
    for (const call of await callsOf(world, slug)) {
      const name = GATED[call.path];
      if (name === undefined) continue;
      // The revision of that moment: a later amendment may have opened another one.
      const gate = revisions.findLast((each) => each.gate === name && Date.parse(each.openedAt) <= call.wallMs);
      // Funding up to the threshold opens no gate.
      if (gate === undefined && name === 'initial_funding') continue;
      expect(gate?.verdicts.at(-1), `the decision before ${call.path} of ${slug}`).toBe('approve');
      expect(Date.parse(gate?.settledAt ?? ''), `the instant of the decision before ${call.path} of ${slug}`).toBeLessThanOrEqual(
        call.wallMs,
      );
    }
  }
}

/** Every open gate says who has the ball, who may decide, and until when; in the projection that lists are made of. */
export async function openGatesHaveBallAndDue(world: World): Promise<void> {
  for (const status of await world.statuses()) {
    for (const gate of status.gates.filter(({ state }) => state === 'open')) {
      const step = status.steps.find((each) => each.note.includes(`gate ${gate.id}`));
      expect({ slug: status.slug, ball: step?.ball, candidates: gate.candidates.length >= gate.needed }).toEqual({
        slug: status.slug,
        ball: 'kobi',
        candidates: true,
      });
      expect(Date.parse(gate.dueAt), `due of ${gate.id} of ${status.slug}`).toBeGreaterThan(Date.parse(gate.openedAt));
    }
  }
}

/** O5: none of these texts in histories, tables, logs or metrics; the encrypted column holds them and does not show them. */
export async function nothingSecret(world: World, runs: readonly Run[], secrets: readonly string[]): Promise<void> {
  const places = new Map<string, string>();
  for (const run of runs) places.set(`history of ${run.workflowId}`, textsIn(run.history).join('\n'));
  const tables = await world.db.introspection.getTables();
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`select to_jsonb(each)::text as row from ${sql.table(name)} as each`.execute(world.db);
    places.set(`table ${name}`, rows.map(({ row }) => row).join('\n'));
  }
  for (const worker of world.workers.all) places.set(`log of ${worker.name}`, readFileSync(worker.logFile, 'utf8'));
  for (const worker of world.workers.living()) places.set(`metrics of ${worker.name}`, await (await fetch(worker.metricsUrl)).text());
  const found = [...places].flatMap(([place, text]) => secrets.filter((secret) => text.includes(secret)).map(() => place));
  expect(found, 'places where a secret is').toEqual([]);
}

const projection = z.looseObject({
  status: z.looseObject({
    state: z.string(),
    steps: z.array(z.looseObject({ id: z.string(), state: z.string() })),
    gates: z.array(z.looseObject({ id: z.string(), revision: z.int(), state: z.string() })),
  }),
});
const TERMINAL_GATE = new Set(['approved', 'rejected', 'changes_requested', 'expired', 'withdrawn']);

/** What was published of a run never goes back: a done step stays done unless a cancel undoes it, a decided revision stays decided, live is the end. */
export function statesNeverGoBack(runs: readonly Run[]): void {
  const steps = new Map<string, string>();
  const gates = new Map<string, string>();
  let state = '';
  for (const input of inputsOf(runs, 'saveStatus')) {
    const { status } = projection.parse(input);
    expect(state, 'the state before another was published').not.toBe('live');
    state = status.state;
    for (const step of status.steps) {
      const before = steps.get(step.id);
      const undone = before === 'done' && step.state === 'undone' && (state === 'cancelling' || state === 'cancelled');
      if (!undone && (before === 'done' || before === 'skipped')) expect(`${step.id} ${step.state}`).toBe(`${step.id} ${before}`);
      steps.set(step.id, step.state);
    }
    for (const gate of status.gates) {
      const key = `${gate.id} ${gate.revision}`;
      const before = gates.get(key);
      if (before !== undefined && TERMINAL_GATE.has(before)) expect(`${key} ${gate.state}`).toBe(`${key} ${before}`);
      gates.set(key, gate.state);
    }
  }
}

/**
 * O6: no workflow task failed on our code; a failure that a killed worker or server causes is a time-out and none of these. A task that
 * would have ended its run while something new came in is given out again by the server, which calls it UnhandledCommand.
 */
export function noTaskFailed(runs: readonly Run[]): void {
  const failed = runs.flatMap(({ workflowId, events }) =>
    events.flatMap(({ workflowTaskFailedEventAttributes: task }) =>
      task && task.failure?.message !== 'UnhandledCommand' ? [`${workflowId}: ${task.failure?.message ?? String(task.cause)}`] : [],
    ),
  );
  expect(failed, 'failed workflow tasks').toEqual([]);
}

/** O6: every started onboarding is live or cancelled, or has a step that says who must act. */
export async function nobodyIsLost(world: World, slugs: readonly string[]): Promise<void> {
  const statuses = await world.statuses();
  const lost = slugs.filter((slug) => {
    const status = statuses.find((each) => each.slug === slug);
    if (status?.state === 'live' || status?.state === 'cancelled') return false;
    return !status?.steps.some((step) => step.ball !== null);
  });
  expect(lost, 'onboardings that neither ended nor wait for anybody').toEqual([]);
}

/** O7: TikTok refused no call for its rate. */
export async function rateKept(world: World): Promise<void> {
  const refused = (await world.simulator.calls()).filter((call) => call.code === 40_100 && call.fault === null);
  expect(refused.map((call) => call.path)).toEqual([]);
}

let quiet = false;
/** The SDK's runtime of this test process says only what is wrong; it can be installed once. */
function quietRuntime(): void {
  if (!quiet) Runtime.install({ logger: new DefaultLogger('ERROR') });
  quiet = true;
}

/**
 * O8: every history replays on the current code.
 * @param bundle the file of it
 */
export async function allReplay(runs: readonly Run[], bundle: string): Promise<void> {
  const histories = runs.map(({ workflowId, history }) => ({ workflowId, history }));
  quietRuntime();
  const faults: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: { codePath: bundle } }, histories))
    if (error) faults.push(`${workflowId}: ${error.message}`);
  expect(faults, 'histories that do not replay').toEqual([]);
}

/** O9: TikTok holds of each tenant what it holds of one that nothing happened to. */
export async function endsAs(world: World, slugs: readonly string[], expected: RemoteOutcome): Promise<void> {
  const state = await readRemoteState(world);
  for (const slug of slugs) expect({ slug, ...remoteOutcome(state, slug) }).toEqual({ slug, ...expected });
}

/** TikTok ignores fields that it does not know, so that they would pass unseen. */
export async function onlyDocumentedFields(world: World): Promise<void> {
  expect(await world.simulator.violations()).toEqual([]);
}

/** What holds after every case (reliability.md, O1 to O8), for onboardings that were started in this world. */
export async function holdsAfterEveryCase(world: World, slugs: readonly string[]): Promise<readonly Run[]> {
  const runs = (await Promise.all(slugs.map((slug) => runsOf(world, slug)))).flat();
  await nothingMadeTwice(world, slugs);
  await everyCostOnce(world, slugs);
  await decisionsHold(world, slugs);
  await openGatesHaveBallAndDue(world);
  await nothingSecret(world, runs, world.secrets());
  noTaskFailed(runs);
  for (const slug of slugs) statesNeverGoBack(runs.filter(({ workflowId }) => workflowId.endsWith(`:${slug}`)));
  await nobodyIsLost(world, slugs);
  await rateKept(world);
  await onlyDocumentedFields(world);
  await allReplay(runs, world.bundle);
  return runs;
}

/**
 * What happens to a run is what the kills did: no activity lost more attempts than workers were killed while it was under way, but for
 * one that a slow machine may lose to the short time-out.
 */
export function lostAttemptsAreKills(runs: readonly Run[], kills: readonly number[]): void {
  for (const { workflowId, events } of runs) {
    const scheduled = new Map(events.map((event) => [String(event.eventId), event]));
    for (const event of events) {
      const started = event.activityTaskStartedEventAttributes;
      if (!started || (started.attempt ?? 1) <= 1) continue;
      const activity = scheduled.get(String(started.scheduledEventId));
      const [from, to] = [millisOf(activity?.eventTime), millisOf(event.eventTime)];
      const during = kills.filter((kill) => kill >= from && kill <= to);
      const name = activity?.activityTaskScheduledEventAttributes?.activityType?.name;
      expect((started.attempt ?? 1) - 1, `lost attempts of ${name} of ${workflowId}`).toBeLessThanOrEqual(during.length + 1);
    }
  }
}

/** Each timer fires at most once, and never after it was cancelled. */
export function timersFireOnce(runs: readonly Run[]): void {
  for (const { workflowId, events } of runs) {
    const fired = events.flatMap((event) => event.timerFiredEventAttributes?.timerId ?? []);
    const cancelled = events.flatMap((event) => event.timerCanceledEventAttributes?.timerId ?? []);
    expect(new Set([...fired, ...cancelled]).size, `timers of ${workflowId}`).toBe(fired.length + cancelled.length);
  }
}
