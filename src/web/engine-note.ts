import type { StatusAnswer } from '../cli/read-status.js';
import type { Person } from '../domain/people.js';
import { may } from './authority.js';

/** Whether somebody runs the engine and so reads the commands that mend it; everybody else reads what it means for them. */
export function wakesEngine(person: Person): boolean {
  return may(person, 'operate');
}

/** Why a page is not the run's own word, as its reader needs to know it; null when it is. */
export function engineNote({ note, asleep, asOf }: Pick<StatusAnswer, 'note' | 'asleep' | 'asOf'>, reader: Person): string | null {
  if (asleep !== true || wakesEngine(reader)) return note;
  return (
    `The engine is asleep; ops wake it. This is the last state that it saved, of ${asOf ?? 'an unknown time'}, and nothing is lost. ` +
    'A decision that you give now may find nobody who hears it: the page says so then, and the same decision, sent again later, counts once.'
  );
}
