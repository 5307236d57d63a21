import { z } from 'zod';
import { GATE_IDS, type GateId } from '../contract/checklist.js';
import { slugSchema } from '../contract/ids.js';
import type { Refusal, Verdict } from '../contract/messages.js';

export const APPROVER_ROLES = GATE_IDS.map((gate) => `approver:${gate}` as const);
export const ROLES = ['ops', 'finance', 'admin', 'viewer', ...APPROVER_ROLES] as const;
export type Role = (typeof ROLES)[number];

export const personSchema = z.strictObject({
  /** Appears in decisions and in the ledger; compared exactly, so that no look-alike passes. */
  id: z.string().regex(/^[a-z0-9][a-z0-9._@+-]{0,99}$/, 'lower-case letters, digits and . _ @ + -, at most 100'),
  mail: z.email(),
  roles: z.array(z.enum(ROLES)).min(1),
  /** Tenants by slug, or `*` for all of them. */
  tenants: z.union([z.literal('*'), z.array(slugSchema)]),
  disabled: z.boolean().default(false),
});
export type Person = z.infer<typeof personSchema>;

/** people.yaml: who there is, what they may do, for which tenants. Ids and mails are unique, so that nobody is two people. */
export const peopleSchema = z.strictObject({ people: z.array(personSchema) }).superRefine(({ people }, context) => {
  const owner = new Map<string, number>();
  for (const [index, person] of people.entries()) {
    for (const [field, name] of [
      ['id', person.id],
      ['mail', person.mail.toLowerCase()],
    ] as const) {
      const first = owner.get(name);
      if (first !== undefined && first !== index) {
        context.addIssue({ code: 'custom', path: ['people', index, field], message: `${name} belongs to people[${first}] already` });
      }
      owner.set(name, index);
    }
  }
});
export type People = z.infer<typeof peopleSchema>;

/** The person of an id or a mail address, or undefined; mails match in any case. */
export function findPerson(people: People, idOrMail: string): Person | undefined {
  return people.people.find((person) => isSamePerson(person, idOrMail));
}

function isSamePerson(person: Person, idOrMail: string): boolean {
  return person.id === idOrMail || person.mail.toLowerCase() === idOrMail.toLowerCase();
}

/** Roles that decide a gate; `admin` and `ops` keep the engine running and decide nothing, unless an admin breaks the glass. */
const DECIDES: Readonly<Record<GateId, readonly Role[]>> = {
  business_verification: ['approver:business_verification'],
  initial_funding: ['finance', 'approver:initial_funding'],
  creative_policy: ['approver:creative_policy'],
  spark_ads: ['approver:spark_ads'],
};

/** The gates that a person's roles decide; none for somebody disabled. */
export function gatesDecidedBy(person: Person): GateId[] {
  return person.disabled ? [] : GATE_IDS.filter((gate) => hasRole(person, DECIDES[gate]));
}

function hasRole(person: Person, roles: readonly Role[]): boolean {
  return person.roles.some((role) => roles.includes(role));
}

function sees(person: Person, tenant: string): boolean {
  return person.tenants === '*' || person.tenants.includes(tenant);
}

export interface DecisionQuestion {
  /** Undefined when nobody of the actor's name is known. */
  readonly person: Person | undefined;
  readonly gate: GateId;
  /** The tenant's slug. */
  readonly tenant: string;
  /** Id or mail of whoever started the onboarding. */
  readonly startedBy: string;
  /** Ids or mails of whoever amended what this revision of the gate shows. */
  readonly amendedBy?: readonly string[] | undefined;
  /** Actors who have already decided this revision. */
  readonly votes: readonly string[];
  readonly verdict: Verdict;
  /** The person decides as an admin, without the gate's role. Nothing else is lifted: not the second pair of eyes, not the starter's exclusion. */
  readonly breakGlass?: boolean | undefined;
}

/**
 * Whether a person may give this decision, judged when it is made and never from the payload (facts: approvals, point 3).
 * Taking a gate back approves nothing, so operators may withdraw what they started.
 *
 * @returns the refusal's code, or null when the person may
 */
export function mayDecide({
  person,
  gate,
  tenant,
  startedBy,
  amendedBy = [],
  votes,
  verdict,
  breakGlass = false,
}: DecisionQuestion): Refusal | null {
  if (!person) return 'person_unknown';
  if (person.disabled) return 'person_disabled';
  if (!sees(person, tenant)) return 'wrong_person';
  if (verdict === 'withdraw' && hasRole(person, ['ops', 'admin'])) return null;
  if (!hasRole(person, breakGlass ? ['admin'] : DECIDES[gate])) return 'wrong_person';
  if ([startedBy, ...amendedBy].some((asker) => isSamePerson(person, asker))) return 'starter_may_not_decide';
  if (verdict !== 'withdraw' && votes.some((vote) => isSamePerson(person, vote))) return 'already_voted';
  return null;
}

/** Ids of the people who may decide a gate of a tenant now, in the order of people.yaml. */
export function candidatesFor(
  gate: GateId,
  tenant: string,
  people: People,
  startedBy: string,
  amendedBy: readonly string[] = [],
): string[] {
  return people.people
    .filter((person) => mayDecide({ person, gate, tenant, startedBy, amendedBy, votes: [], verdict: 'approve' }) === null)
    .map((person) => person.id);
}

/** How many different people must approve: two for funding above the threshold, else one. */
export function neededDecisions(gate: GateId, fourEyes: boolean): 1 | 2 {
  return gate === 'initial_funding' && fourEyes ? 2 : 1;
}
