import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FailureCode, FAILURES } from '../../src/contract/failures.js';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import type { StepStatus } from '../../src/contract/status.js';
import { advertiserName } from '../../src/domain/naming.js';
import { CODES, type CodeClass, explain } from '../../src/tiktok/codes.js';
import { fastForward } from '../harness/time-skipping.js';
import { endsAs, holdsAfterEveryCase } from './oracles.js';
import { OPS } from './people.js';
import { LONG } from './profile.js';
import { callsOf, readRemoteState, remoteOutcome } from './remote.js';
import { drawsOf, WHOLE } from './seed.js';
import type { FaultState } from './simulator.js';
import { startWorld, type World } from './world.js';

const READ = '/pixel/list/';
const WRITE = '/advertiser/update/';
const ONCE = '/pixel/create/';

/** What each class of codes is to a call that may be repeated; the failure table says whether it is tried again. */
const MEANS: Readonly<Record<Exclude<CodeClass, 'ok'>, FailureCode>> = {
  retry_later: 'tiktok_unavailable',
  unknown_outcome: 'tiktok_unavailable',
  rate_limited: 'tiktok_rate_limited',
  token: 'tiktok_token_revoked',
  permission: 'tiktok_permission_denied',
  bad_input: 'tiktok_bad_input',
  not_found: 'tiktok_not_found',
  conflict: 'tiktok_conflict',
  fatal: 'tiktok_fatal',
  partial: 'tiktok_bad_answer',
  unknown_code: 'tiktok_unknown_code',
};
const SCOPE_CODES = new Set([40_130, 40_131]);
/** Codes that the documentation does not know. */
const UNKNOWN = [7, 39_999, 49_999, 53_000, 77_777];
/** Longer than elsewhere, so that a busy machine takes none of the two attempts that an irreversible call has. */
const TIMEOUT_MS = 10_000;
/** Many start at once here, and a busy machine takes its time. */
const PATIENCE_MS = 180_000;
/** Answers that are none; all of them go by. */
const SPOILED = ['html', 'cut-json', 'http=500', 'http=502', 'http=503', 'commit-then-http=504', 'commit-then-code=50000', 'code=20001'];
/** So often an activity may fail before its step parks. */
const MOST_ATTEMPTS = 12;

interface Hit {
  readonly slug: string;
  readonly path: string;
  readonly answer: string;
  readonly fault: number;
  /** With which the step parks; null where it goes on by itself. */
  readonly parks: FailureCode | null;
}
type Wish = Omit<Hit, 'slug' | 'fault'> & { readonly times?: null };

let world: World;
beforeAll(async () => {
  world = await startWorld({ name: 'odd', waits: { timeoutMs: TIMEOUT_MS } });
});
afterAll(() => world.close());

/** Starts a tenant for each wish, and sets its fault while TikTok still holds the answer after the account was made: from then on calls name it. */
async function hit(wishes: readonly Wish[]): Promise<Hit[]> {
  const { simulator } = world;
  const hold = await simulator.fault({ endpoint: '/bc/asset/assign/', fault: 'hold-answer', times: null });
  const started = await Promise.all(wishes.map(async (wish, index) => ({ ...wish, slug: await world.start(`t${index + 1}`) })));
  const idOf = async (slug: string): Promise<string | undefined> =>
    Object.values((await readRemoteState(world)).advertisers).find(({ name }) => name === advertiserName(slug))?.advertiserId;
  const hits: Hit[] = [];
  for (const { times = 1, ...wish } of started) {
    await world.until(`an account of ${wish.slug}`, async () => (await idOf(wish.slug)) !== undefined, PATIENCE_MS);
    const match = await idOf(wish.slug);
    const setting = { endpoint: wish.path, fault: wish.answer, times, ms: 1_000 };
    hits.push({ ...wish, fault: await simulator.fault({ ...setting, ...(match === undefined ? {} : { match }) }) });
  }
  await simulator.lift(hold);
  return hits;
}

async function parkedStep({ slug, answer, path }: Hit): Promise<StepStatus> {
  const parked = async () => (await world.status(slug))?.steps.find(({ state }) => state === 'parked');
  await world.until(`${slug} parks after ${answer} on ${path}`, async () => (await parked()) !== undefined);
  const step = await parked();
  if (step === undefined) throw new Error(`${slug} is not parked any more`);
  return step;
}

async function faultOf({ fault }: Hit): Promise<FaultState> {
  const state = (await world.simulator.faults()).find(({ id }) => id === fault);
  if (state === undefined) throw new Error('a fault is lost');
  return state;
}

/** TikTok's id of the last request that the fault met. */
async function lastRequest(one: Hit): Promise<unknown> {
  return (await faultOf(one)).fired.at(-1)?.requestId;
}

/** The answer was not taken for what it was not: the call came again and succeeded, or what it made was found. */
async function wasNoSuccess({ slug, path, answer }: Hit): Promise<void> {
  const calls = await callsOf(world, slug, path);
  const spoiled = calls.find(({ fault }) => fault === answer);
  expect(spoiled, `${answer} on ${path} for ${slug}`).toBeDefined();
  if (path === ONCE && spoiled?.committed) return;
  const later = calls.filter(({ sequence, code, fault }) => sequence > (spoiled?.sequence ?? 0) && code === 0 && fault === null);
  expect(later.length, `calls of ${path} for ${slug} that succeeded after ${answer}`).toBeGreaterThan(0);
}

it(
  'case 14: no odd answer is read as success: tried again or parked by the class of its code, an unknown one a bounded number of times',
  LONG,
  async () => {
    const draws = drawsOf(14);
    const plain = await world.start('plain');
    const codesOf = (of: CodeClass): number[] => CODES.filter((entry) => entry.class === of).map(({ from }) => from);
    const classes = [...new Set(CODES.map((entry) => entry.class))].filter((each) => each !== 'ok');
    const codes = [...classes.flatMap((each) => (WHOLE ? codesOf(each) : [draws.pick(codesOf(each))])), draws.pick(UNKNOWN)];
    const wishes: Wish[] = [
      ...codes.map((code): Wish => {
        const { class: codeClass } = explain(code);
        if (codeClass === 'ok') throw new Error(`${code} is success`);
        const failure = SCOPE_CODES.has(code) ? 'tiktok_scope_missing' : MEANS[codeClass];
        return { path: WRITE, answer: `code=${code}`, parks: FAILURES[failure].retryable ? null : failure };
      }),
      ...SPOILED.flatMap((answer) =>
        (WHOLE ? [READ, WRITE, ONCE] : [draws.pick([READ, WRITE, ONCE])]).map((path) => ({ path, answer, parks: null })),
      ),
      // Takes longer than an attempt may.
      { path: draws.pick([READ, WRITE]), answer: 'drip', parks: null },
      { path: WRITE, answer: `code=${draws.pick(UNKNOWN)}`, parks: 'tiktok_unknown_code', times: null },
      { path: ONCE, answer: `code=${draws.pick(UNKNOWN)}`, parks: 'outcome_unknown', times: null },
    ];
    const hits = await hit(wishes);
    const [patient, careful] = hits.slice(-2);
    if (patient === undefined || careful === undefined) throw new Error('nobody meets an unknown code for ever');

    // Ten minutes of growing waits, once everything else is done.
    await world.until(`${patient.slug} waits for nothing but billing`, async () => {
      const steps = (await world.onboardings.status(patient.slug)).status.steps;
      return steps.every(({ id, state }) => ['done', 'skipped'].includes(state) || ['billing', 'launch_check'].includes(id));
    });
    const waiting = world.client.workflow.getHandle(onboardingWorkflowId(patient.slug));
    await fastForward(world.client, waiting, '30 minutes');

    for (const one of hits.filter(({ parks }) => parks !== null)) {
      const { failure } = await parkedStep(one);
      expect({ answer: one.answer, code: failure?.code, requestId: failure?.requestId }).toEqual({
        answer: one.answer,
        code: one.parks,
        requestId: await lastRequest(one),
      });
      const times = (await faultOf(one)).fired.length;
      if (one === patient) expect(times).toBe(MOST_ATTEMPTS);
      else expect(times).toBe(one === careful ? 2 : 1);
    }
    for (const { fault } of [patient, careful]) await world.simulator.lift(fault);
    for (const { slug } of hits.filter(({ parks }) => parks !== null))
      expect(await world.onboardings.retry(slug, { actor: OPS, reason: 'TikTok is well again' })).toMatchObject({ accepted: true });

    const slugs = [plain, ...hits.map(({ slug }) => slug)];
    await world.untilLive(slugs);
    for (const one of hits) await wasNoSuccess(one);
    await endsAs(world, slugs, remoteOutcome(await readRemoteState(world), plain));
    await holdsAfterEveryCase(world, slugs);
  },
);
