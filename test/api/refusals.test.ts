import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { People } from '../../src/domain/people.js';
import { school } from '../workflow/tenant.js';
import type { Caller } from './caller.js';
import { PEOPLE, useOffice } from './office.js';

const office = useOffice();
afterEach(() => {
  office.desk().people = PEOPLE;
});

const gateAnswer = z.object({ revision: z.int(), evidenceHash: z.string() });

async function shown(caller: Caller, slug: string, gate = 'creative_policy') {
  return gateAnswer.parse((await caller.get(`/onboardings/${slug}/gates/${gate}`)).body);
}
const path = (slug: string, gate = 'creative_policy'): string => `/onboardings/${slug}/gates/${gate}/decisions`;

function disabled(id: string): People {
  return { people: PEOPLE.people.map((each) => (each.id === id ? { ...each, disabled: true } : each)) };
}

describe('case 18: one decision, however often it is sent', () => {
  it('has one effect under one id; another id hears who decided and when', async () => {
    const onboarding = await office.atGate('api_case_18');
    const [a, b] = [await office.as('approver-a'), await office.as('approver-b')];
    const seen = { verdict: 'request_changes', reason: 'another picture', ...(await shown(a, 'api_case_18')), decisionId: 'case-18' };
    const first = await a.post(path('api_case_18'), seen);
    expect(first.status).toBe(200);
    // The answer was lost, and with it the key.
    expect((await a.post(path('api_case_18'), seen)).body).toEqual(first.body);
    expect(await b.post(path('api_case_18'), { ...seen, decisionId: 'case-18-b' })).toMatchObject({
      status: 409,
      body: {
        code: 'gate_already_decided',
        message: expect.stringMatching(/name who was first\. approver-a said request changes at \d{4}-[^;]*$/),
        decided: [{ actor: 'approver-a', verdict: 'request_changes' }],
      },
    });
    expect(await a.post(path('api_case_18'), { ...seen, verdict: 'reject' })).toMatchObject({
      status: 409,
      body: { code: 'decision_id_reused' },
    });
    expect(await office.rows('api_case_18', 'decision_accepted')).toHaveLength(1);
    await onboarding.until('the gate is closed', ({ gates }) => gates.some(({ state }) => state === 'changes_requested'));
  });
});

describe('case 20: a decision at the wrong moment', () => {
  it('is refused with its own code and recorded: too early, with other evidence, without a reason, after the end', async () => {
    const onboarding = await office.atGate('api_case_20');
    const approver = await office.as('approver-a');
    const seen = { verdict: 'approve', ...(await shown(approver, 'api_case_20')) };
    for (const [change, code] of [
      [{ revision: 7 }, 'gate_not_open_yet'],
      [{ evidenceHash: 'a'.repeat(64) }, 'stale_evidence'],
      [{ verdict: 'reject' }, 'reason_missing'],
    ] as const)
      expect(await approver.post(path('api_case_20'), { ...seen, ...change })).toMatchObject({ status: 409, body: { code } });
    expect((await approver.get('/onboardings/api_case_20/gates/creative_policy')).body).toMatchObject({ state: 'open', decisions: [] });
    expect((await approver.post(path('api_case_20'), seen)).status).toBe(200);
    await onboarding.handle.result();
    expect(await approver.post(path('api_case_20'), seen)).toMatchObject({ status: 409, body: { code: 'gate_already_decided' } });
    expect(await office.rows('api_case_20', 'decision_refused')).toHaveLength(3);
    expect(await office.rows('api_case_20', 'decision_attempted')).toHaveLength(5);
    expect(await approver.post(path('never_started'), seen)).toMatchObject({ status: 404, body: { code: 'unknown_tenant' } });
    expect(await office.rows('never_started')).toEqual([]);
  });
});

describe('case 21: the wrong person', () => {
  it('is refused and recorded: wrong role, a role or a person gone a second ago, other tenant, the starter', async () => {
    await office.atGate('api_case_21');
    const a = await office.as('approver-a');
    const seen = { verdict: 'approve', ...(await shown(a, 'api_case_21')) };
    const by = async (person: string) => (await office.as(person)).post(path('api_case_21'), seen);
    expect(await by('viewer-a')).toMatchObject({ status: 403, body: { code: 'wrong_person' } });
    expect(await by('ops-finance-a')).toMatchObject({ status: 403, body: { code: 'starter_may_not_decide' } });
    // Nobody finds out here which tenants there are.
    expect(await by('approver-elsewhere')).toMatchObject({ status: 404, body: { code: 'unknown_tenant' } });
    const gone = await office.as('approver-gone');
    office.desk().people = disabled('approver-gone');
    expect(await gone.post(path('api_case_21'), seen)).toMatchObject({ status: 403, body: { code: 'person_disabled' } });
    expect((await gone.get('/onboardings/api_case_21')).status).toBe(403);
    const b = await office.as('approver-b');
    office.desk().people = { people: PEOPLE.people.map((each) => (each.id === 'approver-b' ? { ...each, roles: ['viewer'] } : each)) };
    expect(await b.post(path('api_case_21'), seen)).toMatchObject({ status: 403, body: { code: 'wrong_person' } });
    // Who acts is never said by what is sent.
    expect(await a.post(path('api_case_21'), { ...seen, actor: 'approver-b' })).toMatchObject({
      status: 400,
      body: { code: 'unknown_field', field: 'actor' },
    });
    const refused = await office.rows('api_case_21', 'decision_refused');
    expect(refused.map(({ actor }) => actor).sort()).toEqual([
      'approver-b',
      'approver-elsewhere',
      'approver-gone',
      'ops-finance-a',
      'viewer-a',
    ]);
    expect((await a.get('/onboardings/api_case_21/gates/creative_policy')).body).toMatchObject({ state: 'open', decisions: [] });
  });
});

describe('case 24: an amount that is not the one', () => {
  it('is refused before the run sees it or by the run, and one person is not two', async () => {
    const slug = 'api_case_24';
    const onboarding = await office.expectTenant(slug);
    await office.onboardings().start(school(slug, { billing: { initialFundingMinor: 200_000 } }), 'ops-a');
    await onboarding.untilGate('initial_funding', 'open');
    const [a, b] = [await office.as('finance-a'), await office.as('finance-b')];
    const seen = { verdict: 'approve', ...(await shown(a, slug, 'initial_funding')) };
    const send = (caller: Caller, amount: string) =>
      caller.post(path(slug, 'initial_funding'), JSON.stringify(seen).replace(/}$/, amount === '' ? '}' : `,"amountMinor":${amount}}`));
    for (const amount of ['-200000', '2000.5', '1e309', '"200000"', '9007199254740993', 'null'])
      expect([amount, (await send(a, amount)).status]).toEqual([amount, 400]);
    expect((await send(a, 'NaN')).status).toBe(400);
    for (const amount of ['', '200001', '0', '2000'])
      expect(await send(a, amount), amount).toMatchObject({ status: 409, body: { code: 'amount_differs' } });
    expect(await send(a, '200000')).toMatchObject({ status: 200, body: { accepted: true, stillNeeded: 1 } });
    expect(await send(a, '200000')).toMatchObject({ status: 409, body: { code: 'already_voted', decided: [{ actor: 'finance-a' }] } });
    expect(await send(b, '200000')).toMatchObject({ status: 200, body: { accepted: true, gateState: 'approved' } });
    expect(await office.rows(slug, 'decision_accepted')).toHaveLength(2);
  });
});
