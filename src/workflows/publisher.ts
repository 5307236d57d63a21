import { condition, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
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

/** Shows every change: current details and search attributes for the Temporal UI, the projection for lists. */
export class Publisher {
  private stopping = false;
  private attributes = '';
  private shown: { readonly status: OnboardingStatus; readonly tidings: string } | undefined;
  private saved: string | undefined;

  constructor(private readonly run: OnboardingRun) {}

  /** Runs beside the steps until `stop`; changes of one activation are published together. */
  async work(): Promise<void> {
    await Promise.all([this.showing(), this.saving()]);
  }

  /** Lets `work` end when everything is shown and saved. */
  stop(): void {
    this.stopping = true;
  }

  private async showing(): Promise<void> {
    for (;;) {
      await condition(() => this.run.dirty || this.stopping);
      if (!this.run.dirty) return;
      this.run.dirty = false;
      const status = statusOf(this.run.state);
      setCurrentDetails(renderCurrentDetails(status));
      const attributes = searchAttributesOf(status);
      const text = JSON.stringify(attributes.map((pair) => pair.value));
      if (text !== this.attributes) {
        this.attributes = text;
        upsertSearchAttributes(attributes);
      }
      this.shown = { status, tidings: tidings(status) };
    }
  }

  private async saving(): Promise<void> {
    const news = () => this.shown !== undefined && this.shown.tidings !== this.saved;
    for (;;) {
      await condition(() => news() || (this.stopping && !this.run.dirty));
      if (!news() || this.shown === undefined) return;
      const { status } = this.shown;
      this.saved = this.shown.tidings;
      await this.save(status);
    }
  }

  private async save(status: OnboardingStatus): Promise<void> {
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
            ...(run.state.phase === 'live' ? { live: run.state } : {}),
          },
        ],
      );
    } catch (error) {
      // A list that lags is no reason to hold an onboarding up; the next change saves everything.
      if (!failureOf(error)) throw error;
    }
  }
}
