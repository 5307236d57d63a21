import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { GATE_IDS, type GateId } from '../../src/contract/checklist.js';
import { REFUSAL_SENTENCES } from '../../src/domain/gate-policy.js';
import { type People, peopleSchema, type Role, ROLES } from '../../src/domain/people.js';
import { listLedger, verifyChain } from '../../src/store/ledger.js';
import { fakeActivities } from '../workflow/fake-activities.js';
import { EVERYTHING } from '../workflow/whole-tenant.js';
import { type Browser, PEOPLE } from '../web/desk.js';
import { FORESEEING, SCANNERS } from '../web/scanners.js';
import { gatePath, hiddenFields, textAt, useGateDesk } from './gate-desk.js';

const gateDesk = useGateDesk();
const { activities: tiktok } = fakeActivities();

/** Between them, two tenants have every gate open. */
const AT: Readonly<Record<'matrix_own' | 'matrix_funded', readonly GateId[]>> = {
  matrix_own: ['creative_policy', 'spark_ads', 'business_verification'],
  matrix_funded: ['creative_policy', 'spark_ads', 'initial_funding'],
};
type Slug = keyof typeof AT;
const SLUGS: readonly Slug[] = ['matrix_own', 'matrix_funded'];
const { sparkPosts = [] } = EVERYTHING;

beforeAll(async () => {
  const review = await tiktok.readAccountReview({ slug: '', bcId: '', advertiserId: '' });
  await gateDesk().atGates('matrix_own', AT.matrix_own, {
    tenant: { sparkPosts, verification: 'own', billing: { initialFundingMinor: 0 } },
    activities: { readAccountReview: async () => ({ ...review, verificationStatus: 'NOT_SUBMITTED', inherited: false }) },
  });
  await gateDesk().atGates('matrix_funded', AT.matrix_funded, { tenant: { sparkPosts, billing: { initialFundingMinor: 250_000 } } });
});

const everythingOf = async (slug: Slug): Promise<string> => {
  const { db } = gateDesk().desk.database;
  const { status } = await gateDesk().onboardings.status(slug);
  return JSON.stringify([
    status,
    await listLedger(db, { slug }),
    await db.selectFrom('gates').selectAll().where('slug', '=', slug).orderBy('gate').execute(),
    await db.selectFrom('gate_comments').selectAll().execute(),
    await db.selectFrom('notifications').selectAll().orderBy('id').execute(),
    await db.selectFrom('desk_sessions').selectAll().orderBy('token_hash').execute(),
  ]);
};

describe('opening a gate’s page', () => {
  it('changes nothing, however ten scanners and browsers that look ahead do it, signed in or not', async () => {
    const approver = await gateDesk().desk.signedIn('approver-a');
    const fields = hiddenFields(await textAt(approver, gatePath('matrix_own')));
    const cookie = [...approver.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const query = new URLSearchParams({ ...fields, verdict: 'approve', reason: 'seen by nobody' }).toString();
    const addresses = [gatePath('matrix_own'), `${gatePath('matrix_own')}?${query}`, `${gatePath('matrix_own')}/decide?${query}`];
    const before = await Promise.all(SLUGS.map(everythingOf));
    const seen = new Set<number>();
    for (const agent of SCANNERS) {
      const asked = addresses.flatMap((address) =>
        ['GET', 'HEAD', 'OPTIONS'].flatMap((method) =>
          [{}, { cookie, ...FORESEEING }].map((headers) =>
            fetch(`${gateDesk().desk.origin}${address}`, { method, redirect: 'manual', headers: { 'user-agent': agent, ...headers } }),
          ),
        ),
      );
      // Some scanners also send the forms that they find, as whoever they are.
      const posted = fetch(`${gateDesk().desk.origin}${gatePath('matrix_own')}/decide`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(query),
        headers: { 'user-agent': agent, cookie },
      });
      for (const answer of await Promise.all(asked)) seen.add(answer.status);
      expect((await posted).status).toBe(403);
    }
    expect([...seen].toSorted()).toEqual([200, 303, 403, 404]);
    expect(await Promise.all(SLUGS.map(everythingOf))).toEqual(before);
    expect(gateDesk().desk.failures).toEqual([]);
  });
});

interface Try {
  readonly slug: Slug;
  readonly gate: GateId;
  readonly roles: readonly Role[];
  readonly tenants: '*' | readonly Slug[];
  readonly disabled: boolean;
}

/** Written down apart from the rule: who decides which gate (docs/security.md, "People and roles"). */
const DECIDES: Readonly<Record<GateId, readonly Role[]>> = {
  business_verification: ['approver:business_verification'],
  creative_policy: ['approver:creative_policy'],
  spark_ads: ['approver:spark_ads'],
  initial_funding: ['finance', 'approver:initial_funding'],
};

const sees = ({ tenants, slug }: Try): boolean => tenants === '*' || tenants.includes(slug);
const mayDecide = (tried: Try): boolean => !tried.disabled && sees(tried) && tried.roles.some((role) => DECIDES[tried.gate].includes(role));

const anyTry = fc.constantFrom(...SLUGS).chain((slug) =>
  fc.record<Try>({
    slug: fc.constant(slug),
    gate: fc.constantFrom(...AT[slug]),
    roles: fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 3 }),
    tenants: fc.constantFrom('*' as const, ['matrix_own' as const], ['matrix_funded' as const], []),
    disabled: fc.constantFrom(false, false, false, true),
  }),
);

describe('role x gate x tenant, at the desk', () => {
  const withProbe = ({ roles, tenants, disabled }: Pick<Try, 'roles' | 'tenants' | 'disabled'>): People =>
    peopleSchema.parse({ people: [...PEOPLE.people, { id: 'probe-a', mail: 'probe-a@example.org', roles, tenants, disabled }] });
  const funding = { verdict: 'approve', amount: '2500.00', reason: 'as agreed' };

  it('decides by the roles of this very moment: a sample of who may not is refused, and nothing moves', async () => {
    const { desk, onboardings } = gateDesk();
    const anybody = { roles: ['viewer' as const], tenants: '*' as const, disabled: false };
    desk.people = withProbe(anybody);
    const probe: Browser = await desk.signedIn('probe-a');
    const forms = new Map<string, Record<string, string>>();
    for (const slug of SLUGS) {
      for (const gate of AT[slug]) {
        const shown = (await onboardings.status(slug)).status.gates.find(({ id }) => id === gate);
        forms.set(`${slug} ${gate}`, { revision: String(shown?.revision ?? 0), evidenceHash: shown?.evidenceHash ?? '' });
      }
    }
    await probe.get('/');
    const wrong = fc.sample(
      anyTry.filter((tried) => !mayDecide(tried)),
      { numRuns: 60, seed: 21 },
    );
    const answers = new Map<number, number>();
    for (const [index, tried] of wrong.entries()) {
      desk.people = withProbe(tried);
      const form = { ...forms.get(`${tried.slug} ${tried.gate}`), ...funding, decisionId: `page-wrong-${index}` };
      const answer = await probe.post(`${gatePath(tried.slug, tried.gate)}/decide`, form);
      const expected = tried.disabled ? 303 : sees(tried) ? 409 : 404;
      expect([answer.status, tried]).toEqual([expected, tried]);
      answers.set(expected, (answers.get(expected) ?? 0) + 1);
      if (expected === 409) expect(await answer.text()).toContain(REFUSAL_SENTENCES.wrong_person);
      if (expected === 303) expect(answer.headers.get('location')).toMatch(/^\/sign-in/);
    }
    expect([...answers.keys()].toSorted()).toEqual([303, 404, 409]);
    desk.people = PEOPLE;
    for (const slug of SLUGS) {
      const { status } = await onboardings.status(slug);
      for (const gate of AT[slug])
        expect(status.gates.find(({ id }) => id === gate)).toMatchObject({ state: 'open', revision: 1, decisions: [] });
      const rows = await listLedger(desk.database.db, { slug, kinds: ['decision_accepted', 'decision_refused'] });
      // Of a tenant that the viewer does not see the desk reads nothing, not even the currency of what was typed.
      const unread = (tried: Try): boolean => !sees(tried) && tried.gate === 'initial_funding';
      expect(rows.map(({ kind, actor, payload }) => [kind, actor, payload['refusal']])).toEqual(
        wrong
          .filter((tried) => tried.slug === slug && !tried.disabled)
          .map((tried) => ['decision_refused', 'probe-a', unread(tried) ? 'amount_differs' : 'wrong_person']),
      );
    }
  });

  it('and who may is heard at once, each gate by one role that decides it', async () => {
    const { desk, onboardings } = gateDesk();
    desk.people = withProbe({ roles: ['viewer'], tenants: '*', disabled: false });
    const probe = await desk.signedIn('probe-a');
    for (const slug of SLUGS) {
      for (const gate of AT[slug]) {
        const role = DECIDES[gate][0] ?? 'viewer';
        desk.people = withProbe({ roles: [role], tenants: [slug], disabled: false });
        const fields = hiddenFields(await textAt(probe, gatePath(slug, gate)));
        const answer = await probe.post(`${gatePath(slug, gate)}/decide`, { ...fields, ...funding });
        expect([slug, gate, answer.status]).toEqual([slug, gate, 303]);
        // What was allowed a second ago is not, once the role is gone.
        desk.people = withProbe({ roles: ['viewer'], tenants: [slug], disabled: false });
        expect(
          (await probe.post(`${gatePath(slug, gate)}/decide`, { ...fields, ...funding, decisionId: `page-late-${slug}-${gate}` })).status,
        ).toBe(409);
      }
    }
    desk.people = PEOPLE;
    const { status } = await onboardings.status('matrix_funded');
    expect(status.gates.find(({ id }) => id === 'initial_funding')).toMatchObject({ state: 'open', decisions: [{ actor: 'probe-a' }] });
    expect(GATE_IDS.every((gate) => SLUGS.some((slug) => AT[slug].includes(gate)))).toBe(true);
    for (const slug of SLUGS) expect((await verifyChain(desk.database.db, slug)).map(({ fault }) => fault)).toEqual([null]);
    expect(desk.failures).toEqual([]);
  });
});
