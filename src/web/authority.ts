import type { Person } from '../domain/people.js';

/** What a person may do at the desk besides deciding gates, which the gate's own policy judges. */
export type Ability = 'read' | 'operate' | 'administer';

const BY_ROLE: Readonly<Record<Ability, (role: string) => boolean>> = {
  read: () => true,
  operate: (role) => role === 'ops' || role === 'admin',
  administer: (role) => role === 'admin',
};

/** Whether a person may do this for a tenant; without a tenant, for any. A disabled person may do nothing. */
export function may(person: Person, ability: Ability, slug?: string): boolean {
  if (person.disabled || !person.roles.some(BY_ROLE[ability])) return false;
  return slug === undefined || person.tenants === '*' || person.tenants.includes(slug);
}

/** The tenants a person sees, as a filter for lists: undefined means all of them. */
export function tenantsOf(person: Person): readonly string[] | undefined {
  return person.tenants === '*' ? undefined : person.tenants;
}
