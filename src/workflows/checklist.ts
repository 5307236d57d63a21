import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { STEP_IDS, type StepId } from '../contract/checklist.js';
import { DEPENDS_ON } from '../domain/checklist.js';
import { failureOf } from './failures.js';
import { Mutex } from './mutex.js';
import { nowIso, type OnboardingRun } from './run.js';
import { STEP } from './steps/index.js';

/** Runs the steps whose dependencies are met, side by side; a parked one holds only what depends on it. */
export class Checklist {
  private readonly running = new Map<StepId, CancellationScope>();
  /** Steps that a verb is about to change: stopped, and not started again before the verb lets go. */
  private readonly held = new Set<StepId>();
  private readonly verbs = new Mutex();
  private bug: unknown;

  constructor(private readonly run: OnboardingRun) {}

  ready(): StepId[] {
    const { state } = this.run;
    if (state.phase !== 'open' || state.paused) return [];
    return STEP_IDS.filter(
      (step) =>
        state.steps[step].state === 'waiting' &&
        !this.running.has(step) &&
        !this.held.has(step) &&
        DEPENDS_ON[step].every((dependency) => this.settledWell(dependency)),
    );
  }

  complete(): boolean {
    return this.running.size === 0 && STEP_IDS.every((step) => this.settledWell(step));
  }

  idle(): boolean {
    return this.running.size === 0;
  }

  /** An error that is none of the table's: it must stall the task, not end the onboarding. */
  rethrowBug(): void {
    if (this.bug !== undefined) throw this.bug;
  }

  hasBug(): boolean {
    return this.bug !== undefined;
  }

  start(step: StepId): void {
    const { run } = this;
    const record = run.record(step);
    // A wait that continue-as-new interrupted goes on; only another beginning is an attempt.
    const goesOn = record.expectedBy !== null;
    run.change(
      step,
      goesOn
        ? { state: 'running', failure: null }
        : { state: 'running', ball: null, attempts: record.attempts + 1, failure: null, since: nowIso(), note: 'at work' },
    );
    const scope = new CancellationScope({ cancellable: true });
    this.running.set(step, scope);
    void scope.run(async () => this.perform(step)).finally(() => this.running.delete(step));
  }

  private async perform(step: StepId): Promise<void> {
    const { run } = this;
    try {
      const outcome = await STEP[step](run);
      run.change(step, { state: outcome.kind, note: outcome.note, ball: null, expectedBy: null, since: nowIso(), failure: null });
    } catch (error) {
      if (isCancellation(error)) {
        // Cancelled by a verb, by continue-as-new or by cancel: whoever did it has set, or will set, what comes next.
        if (run.record(step).state === 'running' || run.record(step).state === 'waiting_on') run.change(step, { state: 'waiting' });
        return;
      }
      const failure = failureOf(error);
      if (!failure) {
        this.bug = error;
        return;
      }
      run.change(step, { state: 'parked', failure, ball: 'kobi', note: failure.message, since: nowIso(), expectedBy: null });
      const at = nowIso();
      await run.written((ledger) =>
        ledger.recordEvent.executeWithOptions({ summary: `record that ${step} is parked` }, [
          {
            slug: run.slug,
            key: `parked:${step}:${at}`,
            kind: 'step_parked',
            actor: 'engine',
            step,
            payload: { code: failure.code, message: failure.message, requestId: failure.requestId ?? '' },
            at,
          },
        ]),
      );
    }
  }

  /** What a step that is left out has done is taken back as that step's own work: no end comes before it, and a verb or the end stops it. */
  takeBack(step: StepId, work: (run: OnboardingRun) => Promise<void>): void {
    const scope = new CancellationScope({ cancellable: true });
    this.running.set(step, scope);
    const perform = async (): Promise<void> => {
      try {
        await work(this.run);
      } catch (error) {
        if (!isCancellation(error)) this.bug = error;
      }
    };
    void scope.run(perform).finally(() => this.running.delete(step));
  }

  /** Stops a step that is at work; it comes to rest as `waiting` unless the caller has given it another state. */
  stop(step: StepId): void {
    this.running.get(step)?.cancel();
  }

  stopAll(): void {
    for (const step of this.running.keys()) this.stop(step);
  }

  /**
   * Brings the steps to rest, lets `change` set them anew, and only then lets them start again. One verb after the other: `choose` sees
   * what the verb before has changed, and no step starts in between.
   */
  async hold<T>(choose: () => readonly StepId[], change: (steps: readonly StepId[]) => T | Promise<T>): Promise<T> {
    return this.verbs.run(async () => {
      const steps = choose();
      for (const step of steps) {
        this.held.add(step);
        this.stop(step);
      }
      try {
        await condition(() => steps.every((step) => !this.running.has(step)));
        return await change(steps);
      } finally {
        this.held.clear();
      }
    });
  }

  private settledWell(step: StepId): boolean {
    const { state } = this.run.state.steps[step];
    return state === 'done' || state === 'skipped';
  }
}
