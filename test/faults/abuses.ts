import fc from 'fast-check';
import { expect } from 'vitest';
import { GATE_IDS } from '../../src/contract/checklist.js';
import { VERDICTS } from '../../src/contract/messages.js';
import { mayDecide, personSchema, type Role, ROLES } from '../../src/domain/people.js';
import { SEED, WHOLE } from './seed.js';

const EVERY_GATE: readonly Role[] = ['approver:creative_policy', 'approver:spark_ads', 'approver:business_verification', 'finance'];
const person = (id: string, roles: readonly Role[], more: object = {}) =>
  personSchema.parse({ id, mail: `${id}@example.org`, roles, tenants: '*', ...more });
/** Two for each gate, and everybody who must not decide: by role, by tenant, by having left, by having started. */
export const PEOPLE = [
  person('ops-a', ['ops']),
  person('admin-a', ['admin']),
  person('viewer-a', ['viewer']),
  person('lead-a', ['ops', ...EVERY_GATE]),
  person('approver-a', ['approver:creative_policy', 'approver:spark_ads']),
  person('approver-b', ['approver:creative_policy', 'approver:spark_ads']),
  person('finance-a', ['finance']),
  person('finance-b', ['finance']),
  person('approver-elsewhere', EVERY_GATE, { tenants: ['another_tenant'] }),
  person('former-approver-a', EVERY_GATE, { disabled: true }),
];

/** Whoever may decide, and then something that forbids it. */
const ABUSES = ['wrong_role', 'other_tenant', 'disabled', 'starter', 'voted', 'unknown'] as const;

/** @throws AssertionError with the smallest question that was answered wrongly */
export function everyAbuseIsRefused(): void {
  const mayBe = fc.record({
    gate: fc.constantFrom(...GATE_IDS),
    verdict: fc.constantFrom(...VERDICTS),
    abuses: fc.uniqueArray(fc.constantFrom(...ABUSES), { maxLength: 3 }),
    others: fc.uniqueArray(fc.constantFrom(...ROLES), { maxLength: 3 }),
    byMail: fc.boolean(),
    everywhere: fc.boolean(),
  });
  fc.assert(
    fc.property(mayBe, ({ gate, verdict, abuses, others, byMail, everywhere }) => {
      const has = (abuse: (typeof ABUSES)[number]): boolean => abuses.includes(abuse);
      const right: readonly Role[] = gate === 'initial_funding' ? ['finance', 'approver:initial_funding'] : [`approver:${gate}`];
      const more = others.filter((role) => !right.includes(role));
      const roles = has('wrong_role') ? [...more, 'viewer' as const] : [...more, ...right.slice(0, 1)];
      const tenants = has('other_tenant') ? ['another_tenant'] : everywhere ? '*' : ['tenant_a'];
      const someone = person('approver-a', [...new Set(roles)], { tenants, disabled: has('disabled') });
      const name = byMail ? 'Approver-A@example.org' : 'approver-a';
      const refusal = mayDecide({
        person: has('unknown') ? undefined : someone,
        gate,
        tenant: 'tenant_a',
        startedBy: has('starter') ? name : 'ops-a',
        votes: ['approver-b', ...(has('voted') ? [name] : [])],
        verdict,
      });
      // Taking a gate back approves nothing: operators may, and whoever voted may take back what they said.
      const operator = roles.some((role) => role === 'ops' || role === 'admin');
      const harmless: readonly string[] = verdict !== 'withdraw' ? [] : operator ? ['wrong_role', 'starter', 'voted'] : ['voted'];
      expect(refusal === null).toBe(abuses.every((abuse) => harmless.includes(abuse)));
    }),
    { numRuns: WHOLE ? 20_000 : 2_000, seed: SEED },
  );
}
