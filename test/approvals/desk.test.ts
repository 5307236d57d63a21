import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedgerActivities } from '../../src/activities/ledger.js';
import { type ApprovalKeys, createApprovals } from '../../src/approvals/approvals.js';
import { createOnboardingClient, type OnboardingClient } from '../../src/cli/onboarding-client.js';
import { type Browser, type Desk, startDesk } from '../web/desk.js';
import { eventually } from '../workflow/eventually.js';
import { fakeActivities } from '../workflow/fake-activities.js';
import type { Onboarding } from '../workflow/onboarding.js';
import { useOnboardings } from '../workflow/onboardings.js';
import { school, settings } from '../workflow/tenant.js';

const { client, enlist, taskQueue } = useOnboardings();
const silent = { warn: () => undefined, debug: () => undefined };

let desk: Desk;
let onboardings: OnboardingClient;
const mode: { now: 'signed' | 'open' } = { now: 'signed' };

beforeAll(async () => {
  desk = await startDesk({ onboardings: () => Promise.resolve(onboardings) });
  const { db } = desk.database;
  const people = () => Promise.resolve(desk.people);
  const of = (settingsMode: 'signed' | 'open'): ApprovalKeys =>
    createApprovals({ db, secretsKey: 'ab'.repeat(32), settings: { mode: settingsMode }, people });
  const [signed, open] = [of('signed'), of('open')];
  onboardings = createOnboardingClient({
    client: client(),
    db,
    secrets: { put: async () => undefined },
    taskQueue,
    approvals: { forNewRun: () => (mode.now === 'open' ? open : signed).forNewRun(), sign: (toSign) => signed.sign(toSign) },
    settings: settings(),
  });
});
afterAll(() => desk.close());

async function atGate(slug: string): Promise<Onboarding> {
  const ledger = createLedgerActivities({ db: desk.database.db, readPeople: () => Promise.resolve(desk.people), log: silent });
  const onboarding = await enlist(slug, fakeActivities(ledger));
  await onboardings.start(school(slug, { billing: { initialFundingMinor: 0 } }), 'ops-a');
  await onboarding.untilGate('creative_policy', 'open');
  // Pages are for tenants that the projection knows.
  await eventually(
    'the projection',
    () => desk.database.db.selectFrom('gates').select('state').where('slug', '=', slug).execute(),
    (gates) => gates.some((gate) => gate.state === 'open'),
  );
  return onboarding;
}

const gateOf = (slug: string): string => `/tenants/${slug}/gates/creative_policy`;

async function textAt(browser: Browser, path: string): Promise<string> {
  const answer = await browser.get(path);
  expect(answer.status).toBe(200);
  return answer.text();
}

/** What the form on a page would send, hidden fields and all but the session's own. */
function hidden(html: string): Record<string, string> {
  const form = /<form method="post" action="[^"]*decide"[\s\S]*?<\/form>/.exec(html)?.[0] ?? '';
  return Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
}

describe('the gate’s page', () => {
  it('decides with a signature that the person never sees, and tells of what was typed elsewhere', async () => {
    const onboarding = await atGate('desk_signed');
    await onboarding.signal(onboarding.decision(await onboarding.untilGate('creative_policy', 'open'), { actor: 'approver-a' }));
    const approver = await desk.signedIn('approver-a');
    await eventually(
      'the refused signal in the history',
      () => textAt(approver, gateOf('desk_signed')),
      (text) => text.includes('approve refused: envelope_missing (by signal)'),
    );
    const html = await textAt(approver, gateOf('desk_signed'));
    expect(html).not.toContain('Approvals of desk_signed are open');
    const answer = await approver.post(`${gateOf('desk_signed')}/decide`, { ...hidden(html), verdict: 'approve' });
    expect(answer.status).toBe(303);
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('says loudly when approvals are open, on the tenant’s page too, and no more once it is live', async () => {
    mode.now = 'open';
    const onboarding = await atGate('desk_open');
    mode.now = 'signed';
    const viewer = await desk.signedIn('ops-a');
    const pages = [gateOf('desk_open'), '/tenants/desk_open'];
    for (const page of pages) {
      expect(await textAt(viewer, page)).toMatch(/<p class="warning" role="alert">\s*Approvals of desk_open are open/);
    }
    await onboarding.approve('creative_policy');
    await onboarding.handle.result();
    for (const page of pages) expect(await textAt(viewer, page)).not.toContain('are open');
  });
});

describe('breaking the glass at the desk', () => {
  it('is offered to admins only, needs a reason, and brings a review that somebody else gives', async () => {
    const onboarding = await atGate('desk_glass');
    const [admin, ops, approver] = [await desk.signedIn('admin-a'), await desk.signedIn('ops-a'), await desk.signedIn('approver-a')];
    expect(await textAt(ops, gateOf('desk_glass'))).not.toContain('Break the glass');
    expect(await textAt(approver, gateOf('desk_glass'))).not.toContain('Break the glass');
    const form = hidden(await textAt(admin, gateOf('desk_glass')));
    expect(form).toMatchObject({ breakGlass: 'yes', revision: '1' });
    const decide = (browser: Browser, change: object) =>
      browser.post(`${gateOf('desk_glass')}/decide`, { ...form, verdict: 'approve', ...change });
    expect((await decide(ops, { reason: 'in a hurry', decisionId: 'page-ops' })).status).toBe(409);
    expect((await decide(admin, { reason: '', decisionId: 'page-silent' })).status).toBe(409);
    expect((await decide(admin, { reason: 'both approvers are ill' })).status).toBe(303);
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(await textAt(approver, gateOf('desk_glass'))).toContain('approve, the glass broken');

    expect(await textAt(approver, '/')).toContain('1 decision');
    const toAdmin = await textAt(admin, '/reviews');
    expect(toAdmin).toContain('both approvers are ill');
    expect(toAdmin).toContain('You have no role that decides this gate');
    expect(toAdmin).not.toContain('name="outcome"');
    const address = /action="(\/reviews\/desk_glass\/[^"]+)"/.exec(await textAt(approver, '/reviews'))?.[1] ?? '';
    const review = { outcome: 'confirmed', remark: 'I would have said the same' };
    expect((await admin.post(address, review)).status).toBe(409);
    expect((await approver.post(address, { outcome: 'confirmed' })).status).toBe(409);
    const viewer = await desk.signedIn('viewer-a');
    expect(await textAt(viewer, '/reviews')).toContain('None waits');
    expect((await viewer.post(address, review)).status, 'a tenant that the viewer does not see').toBe(404);
    expect((await approver.post(address, review)).status).toBe(303);
    expect((await approver.post(address, review)).status, 'once').toBe(409);
    expect(await textAt(approver, '/reviews')).toContain('None waits');
    expect(desk.failures).toEqual([]);
  });
});
