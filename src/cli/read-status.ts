import type { Client } from '@temporalio/client';
import type { GateId } from '../contract/checklist.js';
import { onboardingWorkflowId } from '../contract/ids.js';
import { QUERY } from '../contract/messages.js';
import type { GateStatus, OnboardingStatus } from '../contract/status.js';
import type { Database } from '../store/database.js';
import { getOnboarding } from '../store/onboardings.js';
import { badInput, failed } from './exit.js';
import { unknownTenant } from './known-onboarding.js';
import { isRunGone, isUnanswered, isUnknownQuery, read, ServerAway, serverAnswers } from './run-access.js';

export interface StatusAnswer {
  readonly status: OnboardingStatus;
  /** `run`: the workflow's own word; `projection`: the last that PostgreSQL was told. */
  readonly source: 'run' | 'projection';
  /** ISO 8601: when the projection was written; null for the run itself. */
  readonly asOf: string | null;
  /** Why it is not the run's own word; null when it is. */
  readonly note: string | null;
  /** The Temporal server cannot be reached: nobody can decide or act now. */
  readonly away?: true;
  /** The server is there and no worker answers: what people send is heard once one runs. */
  readonly asleep?: true;
}

/** How long the run itself may take to answer before its last saved state is shown instead. */
export interface ReadPatience {
  /** While there is a saved state, in milliseconds. */
  readonly savedMs: number;
  /** While nothing is saved that could be shown, in milliseconds. */
  readonly unsavedMs: number;
}

/** Of commands: whoever waits at a terminal wants the run's own word. */
const QUERY_TIMEOUT_MS = 10_000;

/**
 * Where an onboarding stands: the run's own answer, or the projection when the run is gone, or no worker or server answers.
 * @throws CommandFault bad input: the tenant was never started; failed: its run waits for a worker
 */
export async function readStatus(
  { client, db, patience }: { readonly client: Client; readonly db: Database; readonly patience?: ReadPatience },
  slug: string,
): Promise<StatusAnswer> {
  let why: string;
  let runIsThere = true;
  let asleep = false;
  let failure: unknown;
  const waitMs = patience === undefined ? QUERY_TIMEOUT_MS : (await getOnboarding(db, slug)) ? patience.savedMs : patience.unsavedMs;
  try {
    const handle = client.workflow.getHandle(onboardingWorkflowId(slug));
    const status = await read(client, waitMs, () => handle.query<OnboardingStatus>(QUERY.status));
    return { status, source: 'run', asOf: null, note: null };
  } catch (caught) {
    // A short wait ends before anybody knows whether it is the server that is away, or only the worker.
    const error = isUnanswered(caught) && !(await serverAnswers(client)) ? new ServerAway() : caught;
    failure = error;
    if (isRunGone(error)) {
      why = 'Temporal no longer keeps this run';
      runIsThere = false;
    } else if (error instanceof ServerAway) why = error.message;
    else if (isUnanswered(error)) {
      asleep = true;
      why = `no worker answered within ${waitMs / 1_000} s (is one running? npm run worker)`;
    } else if (isUnknownQuery(error)) why = 'the worker cannot go on with this run, as its log says (another release of the code?)';
    else throw error;
  }
  const away = failure instanceof ServerAway;
  const saved = await getOnboarding(db, slug);
  if (!saved && away) throw failure;
  if (!saved && runIsThere)
    throw failed(`the onboarding of ${slug} is started, but no worker has taken it up yet: start one (npm run worker), then ask again`, {
      slug,
      code: 'no_worker',
    });
  if (!saved) throw await unknownTenant(db, slug);
  return {
    status: saved.status,
    source: 'projection',
    asOf: saved.updatedAt,
    note: `${why}; this is its last saved state, of ${saved.updatedAt}`,
    ...(away ? { away } : {}),
    ...(asleep ? { asleep } : {}),
  };
}

/**
 * One gate with its evidence.
 * @throws CommandFault (bad input) when the gate was not opened yet
 */
export function gateOf(status: OnboardingStatus, gate: GateId): GateStatus {
  const found = status.gates.find((each) => each.id === gate);
  if (found) return found;
  const opened = status.gates.map((each) => each.id).join(', ') || 'none';
  throw badInput(`the gate ${gate} of ${status.slug} was not opened yet; opened so far: ${opened}`, {
    slug: status.slug,
    gate,
    code: 'gate_not_opened',
  });
}
