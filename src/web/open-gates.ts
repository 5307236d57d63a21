import type { Person } from '../domain/people.js';
import { countInbox } from '../store/inbox.js';
import { tenantsOf } from './authority.js';
import type { DeskDependencies } from './environment.js';

/** How many gates wait for Kobi, of the tenants that a person sees: the number in the header of every page. */
export async function openGateCount({ db }: Pick<DeskDependencies, 'db'>, person: Person): Promise<number> {
  return (await countInbox(db, { slugs: tenantsOf(person) })).total;
}
