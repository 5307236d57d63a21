import { CommandFault } from '../cli/exit.js';
import { isServerAway } from '../cli/run-access.js';
import { isDatabaseUnavailable } from '../store/database.js';

/** What people read when the desk lacks something that it needs; a form that is sent again has one effect (the decision's or verb's id). */
export interface Unreachable {
  readonly title: string;
  readonly text: string;
}

const AGAIN = 'Go back and send the same again in a minute: however often it arrives, it counts once.';

/**
 * What is away, by the error that tells so; undefined for errors of another kind.
 * @param wakes whether the reader runs the engine
 */
export function unreachable(error: unknown, wakes: boolean): Unreachable | undefined {
  if (isDatabaseUnavailable(error))
    return { title: 'The database cannot be reached', text: `Nothing was decided, because nothing could be recorded. ${AGAIN}` };
  if (isServerAway(error) || (error instanceof Error && error.name === 'TemporalUnavailable'))
    return {
      title: 'The Temporal server cannot be reached',
      text: `Onboardings wait where they are and go on by themselves when it is back. Nothing was decided. ${AGAIN}`,
    };
  if (error instanceof CommandFault && error.details['code'] === 'no_worker')
    return {
      title: 'This onboarding is started, and waits for a worker',
      text: `No worker has taken it up yet, so there is nothing to show. It begins by itself as soon as ${wakes ? 'one runs (npm run worker)' : 'ops wake the engine'}. Nothing is lost; look again in a minute.`,
    };
  return undefined;
}
