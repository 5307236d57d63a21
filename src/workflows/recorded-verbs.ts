import type { StepId } from '../contract/checklist.js';
import type { VerbAnswer, VerbRefusal } from '../contract/messages.js';
import { evidenceHash } from '../domain/evidence.js';
import { nowIso, type OnboardingRun } from './run.js';

export interface VerbInput {
  readonly verbId: string;
  readonly actor: string;
  readonly reason?: string;
}

export interface Verb {
  readonly name: string;
  /** What the ledger tells of it, besides who and why. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly step?: StepId | undefined;
  /** Whether it may still be sent when the onboarding has ended. */
  readonly afterEnd?: boolean;
  readonly act: () => VerbAnswer | Promise<VerbAnswer>;
}

export type PerformVerb = (input: VerbInput, verb: Verb) => Promise<VerbAnswer>;

/** The answer of a verb that changes nothing. */
export function refused(code: VerbRefusal, message: string): VerbAnswer {
  return { accepted: false, code, message };
}

export function ended(run: OnboardingRun, name: string): VerbAnswer {
  return refused('onboarding_ended', `the onboarding of ${run.slug} is ${run.state.phase}; ${name} changes nothing any more`);
}

/**
 * Performs verbs: each with its row in the ledger before it acts, a second row when it is refused, and answered once per verb id.
 */
export function verbsOnRecord(run: OnboardingRun): PerformVerb {
  const { state } = run;
  /** Verbs at work: the same one sent again meanwhile waits for the same answer. */
  const answering = new Map<string, { readonly hash: string; readonly answer: Promise<VerbAnswer> }>();

  async function row({ actor, reason }: VerbInput, key: string, kind: string, { step }: Verb, payload: Verb['payload']): Promise<void> {
    await run.written((ledger) =>
      ledger.recordEvent.executeWithOptions({ summary: `record ${kind} by ${actor}` }, [
        {
          slug: run.slug,
          key,
          kind,
          actor,
          ...(step === undefined ? {} : { step }),
          payload: { ...payload, reason: reason ?? '' },
          at: nowIso(),
        },
      ]),
    );
  }

  async function perform(input: VerbInput, verb: Verb): Promise<VerbAnswer> {
    const key = `verb:${input.verbId}`;
    await row(input, key, `verb_${verb.name}`, verb, verb.payload);
    const answer = state.phase === 'open' || verb.afterEnd ? await verb.act() : ended(run, verb.name);
    if (!answer.accepted) await row(input, `${key}:refused`, 'verb_refused', verb, { verb: verb.name, code: answer.code });
    return answer;
  }

  return async (input, verb) => {
    const { verbId } = input;
    const hash = evidenceHash({ verb: verb.name, input });
    const earlier = state.verbs[verbId] ?? answering.get(verbId);
    if (earlier && earlier.hash !== hash) {
      const answer = refused('verb_id_reused', `the id ${verbId} was used for another verb; use a new id`);
      const payload = { verb: verb.name, code: answer.code, ...verb.payload };
      await row(input, `verb:${verbId}:${hash.slice(0, 16)}`, 'verb_refused', verb, payload);
      return answer;
    }
    if (earlier) return earlier.answer;

    const answer = perform(input, verb);
    answering.set(verbId, { hash, answer });
    try {
      state.verbs[verbId] = { hash, answer: await answer };
      run.dirty = true;
      return await answer;
    } finally {
      answering.delete(verbId);
    }
  };
}
