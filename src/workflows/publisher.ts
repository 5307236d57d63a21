import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { condition, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { LedgerEvent } from '../contract/onboarding-activities.js';
import { searchAttributesOf } from '../contract/search-attributes.js';
import type { OnboardingStatus } from '../contract/status.js';
import { renderCurrentDetails } from '../domain/current-details.js';
import { statusOf } from '../domain/onboarding-state.js';
import { failureOf } from './failures.js';
import type { OnboardingRun } from './run.js';

/**
 * What makes a projection worth its three events: who waits for what, gates, failures, the state's name. A step that is merely at
 * work, or done while others are at work, is saved with the next of these.
 */
function tidings({ state, gates, steps, leftBehind }: OnboardingStatus): string {
  return JSON.stringify([
    state,
    gates.map((gate) => [gate.id, gate.revision, gate.state, gate.decisions.length]),
    steps.map((step) => (step.state === 'waiting_on' || step.state === 'parked' ? [step.state, step.since, step.note] : null)),
    leftBehind,
  ]);
}

/** The search attributes that differ from what the server has; a start that set them already costs no event. */
function changedAttributes(status: OnboardingStatus): SearchAttributeUpdatePair[] {
  const known = new Map(
    workflowInfo()
      .typedSearchAttributes.getAll()
      .map(({ key, value }) => [key.name, JSON.stringify(value)]),
  );
  return searchAttributesOf(status).filter(({ key, value }) => (known.get(key.name) ?? 'null') !== JSON.stringify(value));
}

/** Shows every change: current details and search attributes for the Temporal UI, the projection for lists. */
export class Publisher {
  private stopping = false;
  /** Everything is saved; until then changes are shown, because a message may still bring one. */
  private ended = false;
  private end: LedgerEvent | undefined;
  private shown: { readonly status: OnboardingStatus; readonly tidings: string } | undefined;
  private saved: string | undefined;

  constructor(private readonly run: OnboardingRun) {}

  /** Runs beside the steps until `stop`; changes of one activation are published together. */
  async work(): Promise<void> {
    const saved = this.saving().finally(() => {
      this.ended = true;
    });
    await Promise.all([this.showing(), saved]);
  }

  /**
   * Lets `work` end when everything is shown and saved.
   * @param end the row that tells how the onboarding ended; it is written with the last projection
   */
  stop(end?: LedgerEvent): void {
    this.end = end;
    this.stopping = true;
  }

  private async showing(): Promise<void> {
    for (;;) {
      await condition(() => this.run.dirty || this.ended);
      if (this.ended) return;
      this.run.dirty = false;
      const status = statusOf(this.run.state);
      setCurrentDetails(renderCurrentDetails(status));
      const changed = changedAttributes(status);
      if (changed.length > 0) upsertSearchAttributes(changed);
      this.shown = { status, tidings: tidings(status) };
    }
  }

  private async saving(): Promise<void> {
    const news = () => this.shown !== undefined && this.shown.tidings !== this.saved;
    for (;;) {
      // A row that is being written changes the status in a moment, and waits for the same database.
      await condition(() => !this.run.dirty && !this.run.isWriting() && (news() || this.stopping));
      if (this.shown === undefined || (!news() && this.end === undefined)) return;
      const { status, tidings: told } = this.shown;
      const { end } = this;
      await this.save(status, end);
      this.saved = told;
      if (end !== undefined) this.end = undefined;
    }
  }

  private async save(status: OnboardingStatus, end: LedgerEvent | undefined): Promise<void> {
    const { run } = this;
    run.state.version += 1;
    const settled = status.steps.filter((step) => step.state === 'done' || step.state === 'skipped').length;
    try {
      await run.act.ledger.saveStatus.executeWithOptions(
        { summary: `save status: ${status.state}, ${settled} of ${status.steps.length}` },
        [
          {
            status,
            version: run.state.version,
            workflowId: workflowInfo().workflowId,
            runId: workflowInfo().runId,
            ...(end === undefined ? {} : { end }),
            ...(run.state.phase === 'live' ? { live: run.state } : {}),
          },
        ],
      );
    } catch (error) {
      // A list that lags is no reason to hold an onboarding up; the next change saves everything. The end must be on record.
      if (end !== undefined || !failureOf(error)) throw error;
    }
  }
}
