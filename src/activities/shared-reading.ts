import { AsyncResource } from 'node:async_hooks';
import { Context } from '@temporalio/activity';
import { asSharedAttempt, beat } from './attempts.js';

const HEARTBEAT_MS = 5_000;

/**
 * One reading for all who ask for the same at the same time. Nobody gets an answer that was begun before they asked: who asks while
 * a reading is under way shares the next one. So a long list costs as many calls as fit one after the other, however many want it.
 *
 * A reading belongs to no activity: when the activity of one who asked is cancelled, the others still get their answer.
 *
 * @returns throws whatever `read` throws, to all who share it, and CancelledFailure to whoever is cancelled
 */
export function sharedReading<Answer>(kind: string, read: (of: string) => Promise<Answer>): (of: string) => Promise<Answer> {
  const ofNoActivity = new AsyncResource(kind);
  const underWay = new Map<string, Promise<Answer>>();
  const next = new Map<string, Promise<Answer>>();

  function begin(of: string): Promise<Answer> {
    next.delete(of);
    const reading = ofNoActivity.runInAsyncScope(() => asSharedAttempt(kind, () => read(of)));
    underWay.set(of, reading);
    const over = (): void => {
      if (underWay.get(of) === reading) underWay.delete(of);
    };
    reading.then(over, over);
    return reading;
  }

  function beginAfter(reading: Promise<Answer>, of: string): Promise<Answer> {
    const following = reading.then(
      () => begin(of),
      () => begin(of),
    );
    next.set(of, following);
    return following;
  }

  return async (of) => {
    const current = underWay.get(of);
    const answer = next.get(of) ?? (current === undefined ? begin(of) : beginAfter(current, of));
    // One reading and the rest of another may take longer than the server waits for a sign of life.
    const beating = setInterval(beat, HEARTBEAT_MS);
    try {
      return await Promise.race([answer, Context.current().cancelled]);
    } finally {
      clearInterval(beating);
    }
  };
}
