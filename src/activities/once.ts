import type { Reconciled } from '../contract/onboarding-activities.js';
import {
  confirmIntent,
  type Intent,
  IntentMoveRefused,
  type IntentPlan,
  markAbsent,
  markSent,
  markUnknown,
  markUnsent,
  planIntent,
  readIntent,
} from '../store/intents.js';
import { appendToLedger } from '../store/ledger.js';
import { attemptSignal } from './attempts.js';
import type { ActivityDependencies } from './dependencies.js';
import { asStepFailure, certaintyOf, requestIdOf, stepFailure } from './failure.js';
import { pastThrottling } from './past-throttling.js';
import { readUntilSeen } from './reading-until-seen.js';

type Ids = Readonly<Record<string, string>>;
type Deps = Pick<ActivityDependencies, 'db' | 'reconcile' | 'log'>;

/**
 * Makes a call that must happen at most once (design, section 6.1): the intent is written first, one attempt is made, and the
 * remote ids are kept. A confirmed intent answers by itself. Whoever finds the call already sent, or loses its answer, gets
 * `outcome_unknown` and must reconcile before anybody calls again.
 *
 * @throws ApplicationFailure `outcome_unknown`, or the failure with which TikTok definitely refused the call.
 */
export async function once(deps: Deps, plan: IntentPlan, call: (signal: AbortSignal) => Promise<Ids>): Promise<Ids> {
  const { db } = deps;
  const intent = await planIntent(db, plan);
  if (intent.state === 'confirmed') return intent.remoteIds;
  if (intent.state !== 'planned' || !(await markSent(db, plan.key))) {
    throw stepFailure('outcome_unknown', `${plan.kind} was sent before, and its answer is not known`, { details: [`intent ${plan.key}`] });
  }
  let ids: Ids;
  try {
    ids = await pastThrottling(attemptSignal(), call);
  } catch (error) {
    const failure = asStepFailure(error);
    switch (certaintyOf(error)) {
      case 'unsent':
        await markUnsent(db, plan.key, failure.message);
        throw failure;
      case 'refused':
        await markAbsent(db, plan.key, failure.message);
        throw failure;
      case 'unknown':
        await markUnknown(db, plan.key, failure.message);
        throw stepFailure('outcome_unknown', `${plan.kind}: ${failure.message}`, {
          details: [`intent ${plan.key}`],
          requestId: requestIdOf(failure),
        });
    }
  }
  await confirmIntent(db, plan.key, ids);
  return ids;
}

/** Says in the tenant's ledger how an unknown outcome was settled; before the intent is, so that no crash can lose it. */
async function recordSettled({ db }: Deps, { key, slug, kind, attempts, detail }: Intent, found: boolean, ids: Ids): Promise<void> {
  const payload = { intent: key, call: kind, attempt: attempts, found, remoteIds: ids, why: detail };
  const at = new Date().toISOString();
  await appendToLedger(db, {
    slug,
    kind: 'outcome_settled',
    key: `outcome_settled:${key}:${attempts}:${found}`,
    actor: 'engine',
    payload,
    at,
  });
}

/**
 * Finds out by reading whether a call with unknown outcome happened, and adopts what it made.
 *
 * @throws ApplicationFailure `ambiguous` with the candidates, when more than one matches: nobody guesses.
 */
export async function reconcileByReading(
  deps: Deps,
  key: string,
  find: (intent: Intent) => Promise<readonly Ids[]>,
  ambiguous: 'outcome_unknown' | 'transfer_ambiguous' = 'outcome_unknown',
): Promise<Reconciled<Ids>> {
  const intent = await readIntent(deps.db, key);
  // Not sent, or certainly refused: whoever wants to send it must first win `markSent`.
  if (!intent || intent.state === 'planned' || intent.state === 'absent') return { found: false };
  if (intent.state === 'confirmed') return { found: true, value: intent.remoteIds };
  const ids = await readUntilSeen(deps, async () => {
    const candidates = await find(intent);
    if (candidates.length > 1) {
      const named = candidates.map((candidate) => Object.values(candidate).join(' '));
      throw stepFailure(ambiguous, `${candidates.length} candidates match ${key}: ${named.join(', ')}; we never guess`, { details: named });
    }
    return candidates[0];
  });
  const answered = await readIntent(deps.db, key);
  // The answer came while we read, from an attempt that was given up: it says more than any list.
  if (answered?.state === 'confirmed') return { found: true, value: answered.remoteIds };
  try {
    return await settle(deps, intent, ids);
  } catch (error) {
    if (!(error instanceof IntentMoveRefused) || error.from !== 'confirmed') throw error;
    return { found: true, value: (await readIntent(deps.db, key))?.remoteIds ?? {} };
  }
}

/** Keeps what the reads have found, or that they found nothing. @throws IntentMoveRefused when somebody else settled it meanwhile */
async function settle(deps: Deps, intent: Intent, ids: Ids | undefined): Promise<Reconciled<Ids>> {
  const { key } = intent;
  await recordSettled(deps, intent, ids !== undefined, ids ?? {});
  if (ids === undefined) {
    await markAbsent(deps.db, key, `${deps.reconcile.reads} reads over ${deps.reconcile.spreadMs} ms found nothing`);
    deps.log.info({ intent: key }, 'a call with unknown outcome did not happen');
    return { found: false };
  }
  await confirmIntent(deps.db, key, ids);
  deps.log.info({ intent: key, ...ids }, 'a call with unknown outcome did happen; what it made is adopted');
  return { found: true, value: ids };
}

/**
 * `reconcileByReading` and then `once`, for calls whose activity the workflow repeats as a whole: a lost answer fails retryably,
 * because the next attempt begins by reading.
 *
 * @throws ApplicationFailure `ambiguous` with the candidates, `tiktok_unavailable` for a lost answer, or TikTok's clear refusal
 */
export async function onceSettled(
  deps: Deps,
  plan: IntentPlan,
  call: (signal: AbortSignal) => Promise<Ids>,
  find: (intent: Intent) => Promise<readonly Ids[]>,
  ambiguous: 'outcome_unknown' | 'transfer_ambiguous' = 'outcome_unknown',
): Promise<Ids> {
  const settled = await reconcileByReading(deps, plan.key, find, ambiguous);
  if (settled.found) return settled.value;
  try {
    return await once(deps, plan, call);
  } catch (error) {
    const failure = asStepFailure(error);
    if (failure.type !== 'outcome_unknown') throw failure;
    throw stepFailure('tiktok_unavailable', `${failure.message}; the next attempt finds out by reading`, {
      details: [`intent ${plan.key}`],
      requestId: requestIdOf(failure),
    });
  }
}
