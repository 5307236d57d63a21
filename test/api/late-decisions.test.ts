import { beforeAll, describe, expect, it } from 'vitest';
import type { GateId } from '../../src/contract/checklist.js';
import { FAILURES } from '../../src/contract/failures.js';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import type { Refusal } from '../../src/contract/messages.js';
import { REFUSAL_SENTENCES } from '../../src/domain/gate-policy.js';
import { listLedger, verifyChain } from '../../src/store/ledger.js';
import { funded, schoolWithOneGate } from '../browser/tenants.js';
import { fastForward } from '../harness/temporal.js';
import { type OpenForm, useLiveOffice, words } from './live-office.js';

const DAY = 24 * 3_600_000;
const SCHOOLS = ['late_early', 'late_revised', 'late_withdrawn', 'late_cancelled', 'late_decided', 'late_silent'];
const OVER_THE_DAY = { billing: { initialFundingMinor: 1_500_000, budgetCapPerMonthMinor: 2_000_000 } };

const { desk, engine, as, standing, untilStanding, atGate, done, refusals, tenantPage, openForm } = useLiveOffice();
// All at once: each waits for TikTok and Temporal, not for the others.
beforeAll(async () => {
  await Promise.all([
    ...SCHOOLS.map((slug) => atGate(schoolWithOneGate(slug), 'creative_policy')),
    ...['late_money', 'late_silent_money'].map((slug) => atGate(funded(slug), 'initial_funding')),
    atGate(funded('late_limit', OVER_THE_DAY), 'initial_funding'),
  ]);
});

interface Late {
  readonly slug: string;
  readonly form: OpenForm;
  readonly code: Refusal;
  /** What is typed besides, or changed in the form. */
  readonly typed?: Record<string, string>;
  /** What a program sends that looked when the form was opened. */
  readonly sent?: object;
  readonly gate?: GateId;
}

/** The form of approver-a and the program of approver-b are both refused, on record, and nothing else changes. Gives the page. */
async function bothRefused({ slug, form, code, typed = {}, sent = {}, gate = 'creative_policy' }: Late): Promise<string> {
  const [before, doneBefore, onRecord] = [await standing(slug), done(slug), await refusals(slug)];
  const page = await form.send(typed, `/tenants/${slug}/gates/${gate}`);
  expect(page).toMatchObject({ status: 409, told: expect.stringContaining(REFUSAL_SENTENCES[code]) });
  const decision = { verdict: 'approve', reason: 'seen and in order', ...form.seen, ...sent };
  expect(await (await as('approver-b')).post(`/onboardings/${slug}/gates/${gate}/decisions`, decision)).toMatchObject({
    status: 409,
    body: { code, message: expect.stringContaining(REFUSAL_SENTENCES[code]) },
  });
  expect(await refusals(slug)).toEqual([...onRecord, `approver-a: ${code}`, `approver-b: ${code}`]);
  expect(await standing(slug)).toEqual(before);
  expect(done(slug)).toEqual(doneBefore);
  return page.html;
}

const refusedOnPage = (html: string): string => words(/Refused attempts<\/h2>([\s\S]*?)<h2>/.exec(html)?.[1] ?? '');

describe('case 20: a decision from a page that lay open, and from a program that looked then', () => {
  it('is refused when it is too early: for a revision to come, and for a gate that nobody opened', async () => {
    const slug = 'late_early';
    const form = await openForm('approver-a', slug);
    const page = await bothRefused({ slug, form, code: 'gate_not_open_yet', typed: { revision: '2' }, sent: { revision: 2 } });
    expect(refusedOnPage(page)).toContain('approver-a tried to approve Creative policy, revision 2 and was refused');
    const other = { decisionId: 'page-too-early' };
    await bothRefused({ slug, form, code: 'gate_not_open_yet', gate: 'initial_funding', typed: other });
    expect((await form.send({ verdict: 'reject', decisionId: 'page-in-time' })).status, 'the form itself was in time').toBe(303);
  });

  it('is refused when it is of an old revision, with the difference', async () => {
    const slug = 'late_revised';
    const form = await openForm('approver-a', slug);
    const tenant = schoolWithOneGate(slug);
    const creatives = tenant.creatives.map((creative) => ({ ...creative, text: 'Come and see the school' }));
    await engine().onboardings.amend(slug, { tenant: { ...tenant, creatives }, actor: 'ops-a', reason: 'the client changed the text' });
    await untilStanding(
      slug,
      ({ state: whole, gates }) => whole === 'waiting' && gates.some(({ revision, state }) => revision === 2 && state === 'open'),
    );
    const page = words(await bothRefused({ slug, form, code: 'stale_revision' }));
    expect(page).toMatch(/before: Visit our open day now: Come and see the school/);
  });

  it('is refused when the gate was withdrawn', async () => {
    const slug = 'late_withdrawn';
    const form = await openForm('approver-a', slug);
    const taken = { ...form.seen, verdict: 'withdraw', reason: 'the client hesitates' };
    expect((await (await as('ops-a')).post(`/onboardings/${slug}/gates/creative_policy/decisions`, taken)).status).toBe(200);
    await untilStanding(slug, ({ state, steps }) => state === 'parked' && steps.some(({ failure }) => failure?.code === 'gate_withdrawn'));
    const page = await bothRefused({ slug, form, code: 'gate_withdrawn' });
    expect(words(page)).toContain('There is nothing to decide: this revision is withdrawn.');
  });

  it('is refused when the onboarding was cancelled, which the page counts among the refused attempts', async () => {
    const slug = 'late_cancelled';
    const form = await openForm('approver-a', slug);
    expect((await (await as('ops-a')).post(`/onboardings/${slug}/cancel`, { reason: 'the client left' })).status).toBe(200);
    await untilStanding(slug, ({ state }) => state === 'cancelled');
    const page = await bothRefused({ slug, form, code: 'onboarding_ended' });
    expect(refusedOnPage(page)).toContain('approver-a tried to decide Creative policy, revision 1 after the onboarding had ended');
  });

  it('hears who decided and when, although the onboarding has ended since', async () => {
    const slug = 'late_decided';
    const form = await openForm('approver-a', slug);
    const decision = { ...form.seen, verdict: 'approve' };
    expect((await (await as('approver-b')).post(`/onboardings/${slug}/gates/creative_policy/decisions`, decision)).status).toBe(200);
    await untilStanding(slug, ({ state }) => state === 'live');
    const page = await bothRefused({ slug, form, code: 'gate_already_decided', typed: { verdict: 'reject' } });
    expect(refusedOnPage(page)).toMatch(/approver-b said approve at \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  });
});

describe('case 23: a gate that nobody answers', () => {
  it.each([
    ['late_silent', 'creative_policy', 'creative_policy', '/file/image/ad/upload/'],
    ['late_silent_money', 'initial_funding', 'billing', '/bc/transfer/'],
  ] as const)('%s reminds, escalates, expires and parks; page and API say so, and nothing goes ahead', async (slug, gate, step, gated) => {
    const form = gate === 'creative_policy' ? await openForm('approver-a', slug) : undefined;
    const before = done(slug);
    const { client } = engine().temporal;
    await fastForward(client, client.workflow.getHandle(onboardingWorkflowId(slug)), 15 * DAY);
    const parked = await untilStanding(slug, ({ state }) => state === 'parked');
    expect(parked.gates).toMatchObject([{ id: gate, state: 'expired', decisions: [] }]);
    expect(parked.steps.find(({ id }) => id === step)).toMatchObject({ state: 'parked', failure: { code: 'gate_expired' } });

    const rows = await listLedger(engine().db, { slug, kinds: ['gate_reminded', 'gate_escalated', 'gate_expired'] });
    const reminded = (times: number) => Array.from({ length: times }, () => 'gate_reminded');
    expect(rows.map(({ kind }) => kind)).toEqual([...reminded(2), 'gate_escalated', ...reminded(11), 'gate_expired']);

    const page = await tenantPage(slug);
    for (const said of ['Needs mending', FAILURES.gate_expired.sentence, `kobi retry ${slug} ${step}`]) expect(page).toContain(said);
    for (const told of ['reminded whoever may decide', 'told more people', 'expired without a decision; nothing was approved'])
      expect(page).toContain(told);
    expect((await (await as('ops-a')).get(`/gates?slug=${slug}`)).body).toEqual({ gates: [], next: null });
    expect(done(slug)).toEqual(before);
    expect(before).not.toContain(gated);

    // Case 20 once more: after the expiry.
    if (form) await bothRefused({ slug, form, code: 'gate_expired' });
  });
});

describe('case 24: an amount that is not the one', () => {
  it('is refused with the reason, typed or sent, and nothing moves', async () => {
    const [slug, gate] = ['late_money', 'initial_funding'] as const;
    const form = await openForm('finance-a', slug, gate);
    const before = await standing(slug);
    const typed = ['', '2500.01', '1000000', '2500 USD', '$2500', '-2500', 'NaN', '1e309', '2,500', '9'.repeat(14)];
    for (const [index, amount] of typed.entries()) {
      const { status, told } = await form.send({ amount, decisionId: `page-amount-${index}` });
      expect([amount, status, told]).toEqual([amount, 409, REFUSAL_SENTENCES.amount_differs]);
    }
    const finance = await as('finance-b');
    const sent = JSON.stringify({ ...form.seen, verdict: 'approve' });
    const post = (amount: string) =>
      finance.post(`/onboardings/${slug}/gates/${gate}/decisions`, sent.replace(/}$/, `,"amountMinor":${amount}}`));
    for (const amount of ['250001', '1000000000', '0'])
      expect(await post(amount), amount).toMatchObject({ status: 409, body: { code: 'amount_differs' } });
    for (const amount of ['-250000', '1e309', '"250000 USD"'])
      expect(await post(amount), amount).toMatchObject({ status: 400, body: { field: 'amountMinor' } });
    expect((await post('NaN')).status).toBe(400);
    expect(await refusals(slug)).toEqual([
      ...typed.map(() => 'finance-a: amount_differs'),
      ...Array.from({ length: 3 }, () => 'finance-b: amount_differs'),
    ]);
    expect(await standing(slug)).toEqual(before);
    expect(done(slug)).not.toContain('/bc/transfer/');
    expect((await form.send({ amount: '2500.00 EUR', decisionId: 'page-amount' })).status).toBe(303);
  });

  it('above the limit of a day moves nothing, whoever approved it', async () => {
    const [slug, gate] = ['late_limit', 'initial_funding'] as const;
    const [first, second] = [await openForm('finance-a', slug, gate), await openForm('finance-b', slug, gate)];
    for (const form of [first, second]) expect((await form.send({ amount: '15000' })).status).toBe(303);
    const parked = await untilStanding(slug, ({ steps }) => steps.some(({ failure }) => failure?.code === 'funding_limit'));
    const limit = 'would pass the limit of 10000.00 EUR a day';
    expect(parked.steps.find(({ id }) => id === 'billing')?.failure?.message).toContain(limit);
    expect(await tenantPage(slug)).toContain(limit);
    expect(done(slug)).not.toContain('/bc/transfer/');
  });
});

it('leaves a ledger whose chains hold, and no page has failed', async () => {
  const reports = await verifyChain(engine().db);
  expect(reports.filter(({ fault }) => fault !== null)).toEqual([]);
  expect(reports.length).toBe(SCHOOLS.length + 3);
  expect(desk().failures).toEqual([]);
});
