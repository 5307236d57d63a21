import type { Person } from '../../../domain/people.js';
import { may } from '../../authority.js';

/** Whether a person sees what clients are asked and what they handed in: those who run onboardings, and those who decide gates. */
export function seesClientAnswers(person: Person, slug: string): boolean {
  const works = person.roles.some((role) => role === 'ops' || role === 'admin' || role.startsWith('approver:'));
  return works && may(person, 'read', slug);
}
