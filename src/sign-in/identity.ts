import { z } from 'zod';
import type { People, Person } from '../domain/people.js';

/** Why somebody whom the provider vouches for does not get in. */
export type Stranger = 'no_claim' | 'unverified' | 'unknown' | 'disabled';

export type Recognised = { readonly person: Person } | { readonly stranger: Stranger };

/** Plain ASCII, so that no look-alike letter becomes another one when cases are ignored. */
const mail = z.email().max(254);
const id = z.string().min(1).max(100);
/** Some providers write the word. */
const verified = z.union([z.literal(true), z.literal('true')]);

/**
 * The person of people.yaml whom the provider's claims name: by `email` through the mail, which the provider must have verified, by any
 * other claim through the id, exactly.
 */
export function recognise(people: People, claim: string, claims: Readonly<Record<string, unknown>>): Recognised {
  const byMail = claim === 'email';
  const named = (byMail ? mail : id).safeParse(claims[claim]).data;
  if (named === undefined) return { stranger: 'no_claim' };
  if (byMail && !verified.safeParse(claims['email_verified']).success) return { stranger: 'unverified' };
  const person = people.people.find((each) => (byMail ? each.mail.toLowerCase() === named.toLowerCase() : each.id === named));
  if (!person) return { stranger: 'unknown' };
  return person.disabled ? { stranger: 'disabled' } : { person };
}
