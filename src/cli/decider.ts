import { gatesDecidedBy, type Person } from '../domain/people.js';
import type { Decider } from '../store/inbox.js';

/** A person as the inbox asks for their gates: by the roles and tenants that people.yaml gives them now. */
export function deciderOf(person: Person): Decider {
  const { id, mail, tenants } = person;
  return { id, mail, gates: gatesDecidedBy(person), slugs: tenants === '*' ? undefined : tenants };
}
