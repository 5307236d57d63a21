import { CancellationScope, CancelledFailure, condition } from '@temporalio/workflow';
import type { Ball, StepId } from '../contract/checklist.js';
import type { Undo } from '../contract/onboarding-activities.js';
import type { OnboardingState, StepRecord } from '../domain/onboarding-state.js';
import { activityClasses, type ActivityClasses } from './activity-classes.js';
import { isUnknownOutcome, unansweredTwice } from './failures.js';
import { Mutex } from './mutex.js';

/** The instant of the workflow, as ISO 8601 in UTC. */
export function nowIso(afterMs = 0): string {
  return new Date(Date.now() + afterMs).toISOString();
}

/** One onboarding at work: its state, its activities, and the waits that every step shares. */
export class OnboardingRun {
  readonly act: ActivityClasses;
  /** Decisions and everything else that changes a gate go one after the other. */
  readonly gateLock = new Mutex();
  /** Set by every change that people should see; the publisher clears it. */
  dirty = true;
  /** Rows that are being written; what they tell of shows in the status a moment later. */
  private writing = 0;

  constructor(readonly state: OnboardingState) {
    this.act = activityClasses(state.settings.timeouts);
  }

  get slug(): string {
    return this.state.tenant.slug;
  }

  get advertiser(): { slug: string; bcId: string; advertiserId: string } {
    const { advertiserId } = this.state.progress;
    if (advertiserId === undefined) throw new Error('a step ran before advertiser_account was done');
    return { slug: this.slug, bcId: this.state.settings.bcId, advertiserId };
  }

  record(step: StepId): StepRecord {
    return this.state.steps[step];
  }

  change(step: StepId, change: Partial<StepRecord>): void {
    Object.assign(this.record(step), change);
    this.dirty = true;
  }

  note(step: StepId, note: string, remoteIds: Record<string, string> = {}): void {
    this.change(step, { note, remoteIds: { ...this.record(step).remoteIds, ...remoteIds } });
  }

  /** Registered before the call that it takes back, because the call may succeed and its answer be lost. */
  willUndo(step: StepId, undo: Undo): void {
    const known = JSON.stringify(undo);
    if (!this.state.undos.some((entry) => JSON.stringify(entry.undo) === known)) this.state.undos.push({ step, undo });
  }

  /** Taken back already; cancel has nothing more to do for it. */
  forgetUndo(undo: Undo): void {
    const known = JSON.stringify(undo);
    this.state.undos = this.state.undos.filter((entry) => JSON.stringify(entry.undo) !== known);
  }

  /**
   * Writes to our own database to the end, also when its step or the whole run is being stopped: a row without the effect that it
   * tells of would be a lie.
   */
  async written<T>(write: (ledger: ActivityClasses['ledger']) => Promise<T>): Promise<T> {
    return CancellationScope.nonCancellable(async () => {
      this.writing += 1;
      try {
        return await write(this.act.ledger);
      } finally {
        this.writing -= 1;
      }
    });
  }

  isWriting(): boolean {
    return this.writing > 0;
  }

  /** Holds a step before its next call while the onboarding is paused; one that is stopped, or being cancelled, makes no further call. */
  async whileNotPaused(): Promise<void> {
    if (this.state.paused) await condition(() => !this.state.paused);
    if (this.state.phase !== 'open' || CancellationScope.current().consideredCancelled)
      throw new CancelledFailure('the step was stopped before its next call');
  }

  /**
   * The step waits for somebody. The same wait after continue-as-new or a retry keeps its clock, so `since` tells how long the
   * ball has really been there.
   */
  waitOn(step: StepId, ball: Ball, note: string, expectedAfterMs: number): void {
    this.waitUntil(step, ball, note, nowIso(expectedAfterMs));
  }

  /** The same for a wait whose end is an instant that is known already (ISO 8601). */
  waitUntil(step: StepId, ball: Ball, note: string, expectedBy: string): void {
    const record = this.record(step);
    const same = record.ball === ball && record.note === note && record.expectedBy !== null;
    this.change(step, same ? { state: 'waiting_on' } : { state: 'waiting_on', ball, note, since: nowIso(), expectedBy });
  }

  goOn(step: StepId): void {
    this.change(step, { state: 'running', ball: null, expectedBy: null, since: nowIso(), note: 'at work' });
  }

  /**
   * An irreversible write: looked for first by its activity, attempted once, and after an unknown outcome settled by reading.
   * Only a certain absence allows another attempt, and only one. Not cancelled half-way: its answer is what makes an undo possible.
   */
  async once<T>(create: () => Promise<T>, reconcile: () => Promise<{ found: true; value: T } | { found: false }>): Promise<T> {
    await this.whileNotPaused();
    return CancellationScope.nonCancellable(async () => {
      for (const attempt of ['first', 'last'] as const) {
        try {
          return await create();
        } catch (error) {
          if (!isUnknownOutcome(error)) throw error;
          const settled = await reconcile();
          if (settled.found) return settled.value;
          if (attempt === 'last') throw unansweredTwice(error);
        }
      }
      throw new Error('unreachable: the last attempt returns or throws');
    });
  }
}

export type StepOutcome = { readonly kind: 'done'; readonly note: string } | { readonly kind: 'skipped'; readonly note: string };
export type StepFunction = (run: OnboardingRun) => Promise<StepOutcome>;

export function done(note: string): StepOutcome {
  return { kind: 'done', note };
}

export function skipped(note: string): StepOutcome {
  return { kind: 'skipped', note };
}
