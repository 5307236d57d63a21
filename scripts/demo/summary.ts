import type { OnboardingStatus } from '../../src/contract/status.js';
import { table } from '../../src/cli/render/table.js';

export interface Finished {
  readonly status: OnboardingStatus;
  /** The decisions of the ledger, oldest first. */
  readonly decisions: readonly DecisionRow[];
  readonly apiCalls: number;
  readonly historyEvents: number;
  readonly elapsedMs: number;
}

export interface DecisionRow {
  readonly gate: string;
  readonly revision: number;
  readonly verdict: string;
  readonly actor: string;
  readonly reason: string;
}

function steps(status: OnboardingStatus): string {
  const count = (state: string): number => status.steps.filter((step) => step.state === state).length;
  return `${count('done')} done, ${count('skipped')} skipped`;
}

/** What became of each tenant: steps, calls, events and time, then its gates with who decided, then its ids at TikTok. */
export function summaryLines(finished: readonly Finished[]): string[] {
  const overview = table(
    ['tenant', 'state', 'steps', 'gates', 'API calls', 'history events', 'elapsed'],
    finished.map(({ status, apiCalls, historyEvents, elapsedMs }) => [
      status.slug,
      status.state,
      steps(status),
      String(status.gates.length),
      String(apiCalls),
      String(historyEvents),
      `${(elapsedMs / 1_000).toFixed(1)} s`,
    ]),
  );
  const decisions = table(
    ['tenant', 'gate', 'revision', 'decision', 'decided by', 'reason'],
    finished.flatMap(({ status, decisions: made }) =>
      made.map(({ gate, revision, verdict, actor, reason }) => [status.slug, gate, String(revision), verdict, actor, reason]),
    ),
  );
  const ids = table(
    ['tenant', 'step', 'ids at TikTok'],
    finished.flatMap(({ status }) =>
      status.steps.flatMap((step) => {
        const named = Object.entries(step.remoteIds).map(([name, id]) => `${name} ${id}`);
        return named.length === 0 ? [] : [[status.slug, step.id, named.join(' · ')]];
      }),
    ),
  );
  const skipped = finished.flatMap(({ status }) =>
    status.steps.filter((step) => step.state === 'skipped').map((step) => `${status.slug} skipped ${step.id}: ${step.note}`),
  );
  const counted = 'API calls: those that name the tenant or something of its own; reads of the Business Center as a whole come on top';
  return ['', ...overview, '', counted, '', ...decisions, '', ...ids, '', ...skipped];
}
