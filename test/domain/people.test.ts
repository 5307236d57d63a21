import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GATE_IDS } from '../../src/contract/checklist.js';
import { VERDICTS } from '../../src/contract/messages.js';
import {
  candidatesFor,
  findPerson,
  mayDecide,
  neededDecisions,
  peopleSchema,
  ROLES,
  type People,
  type Person,
} from '../../src/domain/people.js';

function person(change: Partial<Person> = {}): Person {
  return {
    id: 'approver-a',
    mail: 'approver-a@example.org',
    roles: ['approver:creative_policy'],
    tenants: '*',
    disabled: false,
    ...change,
  };
}

const question = { gate: 'creative_policy', tenant: 'alpine_school', startedBy: 'ops-a', votes: [], verdict: 'approve' } as const;

describe('who may decide', () => {
  it('refuses the unknown, the disabled, other tenants, other roles, the starter and the second vote, each by its own code', () => {
    expect(mayDecide({ ...question, person: person() })).toBeNull();
    expect(mayDecide({ ...question, person: undefined })).toBe('person_unknown');
    expect(mayDecide({ ...question, person: person({ disabled: true }) })).toBe('person_disabled');
    expect(mayDecide({ ...question, person: person({ tenants: ['harbour_tours'] }) })).toBe('wrong_person');
    expect(mayDecide({ ...question, person: person({ roles: ['finance'] }) })).toBe('wrong_person');
    expect(mayDecide({ ...question, person: person(), startedBy: 'approver-a' })).toBe('starter_may_not_decide');
    expect(mayDecide({ ...question, person: person(), votes: ['approver-a'] })).toBe('already_voted');
  });

  it('knows the starter and the earlier voter by mail as well as by id', () => {
    expect(mayDecide({ ...question, person: person(), startedBy: 'Approver-A@example.org' })).toBe('starter_may_not_decide');
    expect(mayDecide({ ...question, person: person(), amendedBy: ['ops-a', 'Approver-A@example.org'] })).toBe('starter_may_not_decide');
    expect(mayDecide({ ...question, person: person(), amendedBy: ['ops-a'] })).toBeNull();
    expect(mayDecide({ ...question, person: person(), votes: ['APPROVER-A@EXAMPLE.ORG'] })).toBe('already_voted');
  });

  it('lets operators take a gate back but never approve it', () => {
    const operator = person({ id: 'ops-a', mail: 'ops-a@example.org', roles: ['ops'] });
    expect(mayDecide({ ...question, person: operator, verdict: 'withdraw' })).toBeNull();
    expect(mayDecide({ ...question, person: operator, verdict: 'approve' })).toBe('wrong_person');
  });

  it('lets the glass be broken by admins only, and lifts nothing but the role', () => {
    const admin = person({ id: 'admin-a', mail: 'admin-a@example.org', roles: ['admin'] });
    expect(mayDecide({ ...question, person: admin })).toBe('wrong_person');
    const broken = { ...question, person: admin, breakGlass: true };
    expect(mayDecide(broken)).toBeNull();
    expect(mayDecide({ ...broken, startedBy: 'Admin-A@example.org' })).toBe('starter_may_not_decide');
    expect(mayDecide({ ...broken, votes: ['admin-a'] })).toBe('already_voted');
    expect(mayDecide({ ...broken, person: { ...admin, disabled: true } })).toBe('person_disabled');
    expect(mayDecide({ ...broken, person: { ...admin, tenants: ['harbour_tours'] } })).toBe('wrong_person');
    for (const role of ROLES.filter((each) => each !== 'admin')) {
      expect(mayDecide({ ...broken, person: { ...admin, roles: [role] } }), role).toBe('wrong_person');
    }
  });

  it('holds the matrix of roles, gates, tenants and verdicts', () => {
    const text = fc.constantFrom('person-a', 'person-b', 'person-b@example.org');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...GATE_IDS),
        fc.constantFrom('*' as const, ['alpine_school'], ['harbour_tours'], []),
        fc.constantFrom(...VERDICTS),
        fc.boolean(),
        text,
        fc.array(text, { maxLength: 2 }),
        (roles, gate, tenants, verdict, disabled, startedBy, votes) => {
          const who = person({
            id: 'person-b',
            mail: 'person-b@example.org',
            roles,
            tenants: tenants === '*' ? '*' : [...tenants],
            disabled,
          });
          const refusal = mayDecide({ person: who, gate, tenant: 'alpine_school', startedBy, votes, verdict });
          const approver = roles.includes(`approver:${gate}`) || (gate === 'initial_funding' && roles.includes('finance'));
          const inTenant = tenants === '*' || tenants.some((slug) => slug === 'alpine_school');
          if (disabled || !inTenant) expect(refusal).not.toBeNull();
          if (verdict !== 'withdraw') {
            const may = !disabled && inTenant && approver && startedBy === 'person-a' && votes.every((vote) => vote === 'person-a');
            expect(refusal === null).toBe(may);
          }
          if (!approver && !roles.includes('ops') && !roles.includes('admin')) expect(refusal).not.toBeNull();
        },
      ),
      { numRuns: 5_000, seed: 21 },
    );
  });
});

describe('people.yaml', () => {
  const people: People = peopleSchema.parse({
    people: [
      { id: 'ops-a', mail: 'ops-a@example.org', roles: ['ops'], tenants: '*' },
      { id: 'finance-a', mail: 'finance-a@example.org', roles: ['finance'], tenants: '*' },
      { id: 'finance-b', mail: 'finance-b@example.org', roles: ['finance', 'ops'], tenants: ['alpine_school'] },
      { id: 'finance-c', mail: 'finance-c@example.org', roles: ['finance'], tenants: '*', disabled: true },
    ],
  });

  it('names the candidates of a gate without the starter and the disabled', () => {
    expect(candidatesFor('initial_funding', 'alpine_school', people, 'ops-a')).toEqual(['finance-a', 'finance-b']);
    expect(candidatesFor('initial_funding', 'alpine_school', people, 'finance-b')).toEqual(['finance-a']);
    expect(candidatesFor('initial_funding', 'harbour_tours', people, 'ops-a')).toEqual(['finance-a']);
  });

  it('asks two people only for funding above the threshold', () => {
    expect(neededDecisions('initial_funding', true)).toBe(2);
    expect(neededDecisions('initial_funding', false)).toBe(1);
    expect(neededDecisions('creative_policy', true)).toBe(1);
  });

  it('finds people by id or by mail in any case', () => {
    expect(findPerson(people, 'FINANCE-A@example.org')?.id).toBe('finance-a');
    expect(findPerson(people, 'finance-a')?.id).toBe('finance-a');
    expect(findPerson(people, 'Finance-A')).toBeUndefined();
  });

  it('refuses one person under two entries, unknown roles and misspelt fields, with their paths', () => {
    const entry = { id: 'a', mail: 'a@example.org', roles: ['ops'], tenants: '*' };
    const twice = peopleSchema.safeParse({ people: [entry, { ...entry, id: 'b', mail: 'A@example.org' }] });
    expect(twice.error?.issues[0]?.path).toEqual(['people', 1, 'mail']);
    expect(peopleSchema.safeParse({ people: [entry, { ...entry, id: 'a@example.org', mail: 'b@example.org' }] }).success).toBe(false);
    expect(peopleSchema.safeParse({ people: [{ ...entry, roles: ['approver:launch'] }] }).error?.issues[0]?.path).toEqual([
      'people',
      0,
      'roles',
      0,
    ]);
    expect(peopleSchema.safeParse({ people: [{ ...entry, disable: true }] }).success).toBe(false);
  });
});
