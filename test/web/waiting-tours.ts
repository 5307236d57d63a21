import type { VerbAnswer } from '../../src/contract/messages.js';
import type { OnboardingStatus } from '../../src/contract/status.js';
import { sparkAsk } from '../../src/domain/spark-ask.js';
import { type Desk, startDesk } from './desk.js';
import { playedClient } from './played-client.js';
import { save, statusOf } from './statuses.js';

export const SLUG = 'coast_tours';
export const POST = { id: 'two-days', handle: '@alpen_touren', link: 'https://www.tiktok.com/@alpen_touren/video/7300000000000000502' };
/** The form of a real code; it opens nothing anywhere. */
export const CODE = `#${'FakeCodeFakeCode'.repeat(4)}=`;
export const OTHER_CODE = `#${'OtherCodeOtherCo'.repeat(4)}=`;

/** An onboarding whose run is not there: what it would say is set by the test, what it hears is kept. */
export interface WaitingTours {
  readonly desk: Desk;
  /** Moves the desk's clock. */
  now: Date;
  status: OnboardingStatus;
  /** What the run answers to the next code. */
  answer: VerbAnswer | Error;
  /** Codes that TikTok refuses, with its words. */
  readonly refused: Map<string, string>;
  readonly provided: { readonly actor: string; readonly verbId: string | undefined; readonly code: string }[];
  close(): Promise<void>;
}

function waiting(refusal?: string): OnboardingStatus {
  const note = sparkAsk(SLUG, POST, refusal);
  return statusOf(SLUG, { timeZone: 'Europe/Berlin' }, { spark_ads: { state: 'waiting_on', ball: 'client', note } });
}

/** A desk, a tenant whose post waits for its creator's code, and a run that is played by the test. */
export async function openWaitingTours(): Promise<WaitingTours> {
  const client = playedClient({
    status: () => Promise.resolve({ status: tours.status, source: 'run', asOf: null, note: null }),
    exhibits: (_slug, gate) =>
      Promise.resolve(
        gate === 'spark_ads'
          ? [{ id: POST.id, at: POST.link }]
          : gate === 'creative_policy'
            ? [{ id: 'open-day', at: '/media/x.mp4' }]
            : [],
      ),
    provide(_slug, { actor, verbId, what }) {
      if (tours.answer instanceof Error) return Promise.reject(tours.answer);
      tours.provided.push({ actor, verbId, code: what.code });
      if (tours.answer.accepted) {
        const refusal = tours.refused.get(what.code);
        tours.status = refusal === undefined ? statusOf(SLUG, {}, { spark_ads: { state: 'waiting_on', ball: 'kobi' } }) : waiting(refusal);
      }
      return Promise.resolve(tours.answer);
    },
  });
  const desk = await startDesk({ onboardings: () => Promise.resolve(client), clock: () => tours.now });
  const tours: WaitingTours = {
    desk,
    now: new Date(),
    status: waiting(),
    answer: { accepted: true, message: 'noted' },
    refused: new Map(),
    provided: [],
    close: () => desk.close(),
  };
  await save(desk.database.db, tours.status);
  return tours;
}
