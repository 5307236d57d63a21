import { condition, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { STEP_IDS } from '../contract/checklist.js';
import { searchAttributesOf } from '../contract/search-attributes.js';
import { renderCurrentDetails } from '../domain/current-details.js';
import { statusOf } from '../domain/onboarding-state.js';
import type { OnboardingRun } from './run.js';

/** Shows every change: current details and search attributes for the Temporal UI, the projection for lists. */
export class Publisher {
  private stopping = false;
  private shown = '';

  constructor(private readonly run: OnboardingRun) {}

  /** Runs beside the steps until `stop`; changes of one activation are published together. */
  async work(): Promise<void> {
    for (;;) {
      await condition(() => this.run.dirty || this.stopping);
      if (!this.run.dirty) return;
      await this.publish();
    }
  }

  stop(): void {
    this.stopping = true;
  }

  private async publish(): Promise<void> {
    const { run } = this;
    run.dirty = false;
    const status = statusOf(run.state);
    setCurrentDetails(renderCurrentDetails(status));
    const attributes = searchAttributesOf(status);
    const text = JSON.stringify(attributes.map((pair) => pair.value));
    if (text !== this.shown) {
      this.shown = text;
      upsertSearchAttributes(attributes);
    }
    run.state.version += 1;
    const settled = STEP_IDS.filter((step) => ['done', 'skipped'].includes(status.steps.find((shown) => shown.id === step)?.state ?? '')).length;
    await run.act.ledger.saveStatus.executeWithOptions({ summary: `save status: ${status.state}, ${settled} of ${STEP_IDS.length}` }, [
      { status, version: run.state.version, workflowId: workflowInfo().workflowId, runId: workflowInfo().runId },
    ]);
  }
}
