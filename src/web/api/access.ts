import { z } from '@hono/zod-openapi';
import { slugSchema } from '../../contract/ids.js';
import type { Person } from '../../domain/people.js';
import { may } from '../authority.js';
import { forbidden, noSuchTenant } from './problem.js';

export const slugParams = z.strictObject({ slug: slugSchema.describe('the tenant') });

/** @throws Problem 404 when the person does not see the tenant */
export function seesTenant(person: Person, slug: string): void {
  if (!may(person, 'read', slug)) throw noSuchTenant(slug);
}

/** @throws Problem 403 when the person runs no onboardings, or not this tenant's */
export function startsTenant(person: Person, slug: string): void {
  if (!may(person, 'operate')) throw forbidden('not_an_operator', `${person.id} has neither the role ops nor admin`);
  if (!may(person, 'operate', slug)) throw forbidden('other_tenants', `${person.id} works for other tenants than ${slug}`);
}

/** @throws Problem 404 when the person does not see the tenant, 403 when they run no onboardings */
export function operatesTenant(person: Person, slug: string): void {
  seesTenant(person, slug);
  startsTenant(person, slug);
}
