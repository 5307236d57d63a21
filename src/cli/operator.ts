import { findPerson, type People, type Person } from '../domain/people.js';
import { badInput } from './exit.js';
import { didYouMean } from './near.js';

/**
 * A person by id or mail.
 * @param otherwise ends the sentence when nobody is near that name
 * @throws CommandFault (bad input) when people.yaml knows nobody of that name
 */
export function personNamed(
  people: People,
  idOrMail: string,
  otherwise = `; it names ${people.people.map((each) => each.id).join(', ')}`,
): Person {
  const person = findPerson(people, idOrMail);
  if (person) return person;
  const known = people.people.map((each) => each.id);
  throw badInput(`nobody is called ${JSON.stringify(idOrMail)} in people.yaml${didYouMean(idOrMail, known) || otherwise}`);
}

/**
 * The id of the person who runs onboardings: ops or admin, not disabled, of this tenant. Who decides gates is judged by the workflow.
 * @throws CommandFault (bad input) saying why not, and who could
 */
export function operatorOf(people: People, idOrMail: string, slug: string): string {
  const may = people.people
    .filter((each) => !each.disabled && each.roles.some((role) => role === 'ops' || role === 'admin'))
    .map((each) => each.id);
  const who = `; these may: ${may.join(', ') || 'nobody (see people.yaml)'}`;
  const person = personNamed(people, idOrMail, who);
  if (person.disabled) throw badInput(`${person.id} is disabled in people.yaml${who}`);
  if (!may.includes(person.id)) throw badInput(`${person.id} has neither the role ops nor admin${who}`);
  if (person.tenants !== '*' && !person.tenants.includes(slug)) throw badInput(`${person.id} works for other tenants than ${slug}`);
  return person.id;
}
