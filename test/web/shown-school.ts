import type { AmendmentPreview } from '../../src/cli/amendment-preview.js';
import type { OnboardingClient } from '../../src/cli/onboarding-client.js';
import type { VerbAnswer } from '../../src/contract/messages.js';
import type { OnboardingStatus } from '../../src/contract/status.js';
import { type Desk, startDesk } from './desk.js';
import { save } from './statuses.js';

/** A desk that shows one onboarding whose run is played by the test. */
export interface ShownSchool {
  readonly desk: Desk;
  readonly now: Date;
  /** What the run, and the lists, show; saved by `show`. */
  show(status: OnboardingStatus): Promise<void>;
  preview: AmendmentPreview;
  /** What the run answers to the next verb. */
  answer: VerbAnswer;
  /** Verbs as the run heard them. */
  readonly heard: { readonly verb: string; readonly input: unknown }[];
  close(): Promise<void>;
}

export async function openShownSchool(now: Date): Promise<ShownSchool> {
  let shown: OnboardingStatus | undefined;
  const never = (): Promise<never> => Promise.reject(new Error('no test of this desk does that'));
  const hear =
    (verb: string) =>
    (_slug: string, input: unknown): Promise<VerbAnswer> => {
      school.heard.push({ verb, input });
      return Promise.resolve(school.answer);
    };
  const client: OnboardingClient = {
    start: never,
    evidence: never,
    decide: never,
    envelope: never,
    status: () => (shown === undefined ? never() : Promise.resolve({ status: shown, source: 'run', asOf: null, note: null })),
    exhibits: () => Promise.resolve([]),
    previewAmend: () => Promise.resolve(school.preview),
    amend: hear('amend'),
    retry: hear('retry'),
    skip: hear('skip'),
    pause: hear('pause'),
    resume: hear('resume'),
    cancel: hear('cancel'),
    provide: hear('provide'),
  };
  const desk = await startDesk({ onboardings: () => Promise.resolve(client), clock: () => now });
  const school: ShownSchool = {
    desk,
    now,
    async show(status) {
      shown = status;
      await save(desk.database.db, status);
    },
    preview: { differences: [], steps: [], fixed: [] },
    answer: { accepted: true, message: 'noted' },
    heard: [],
    close: () => desk.close(),
  };
  return school;
}
