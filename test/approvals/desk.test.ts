import { describe, expect, it } from 'vitest';
import type { Browser } from '../web/desk.js';
import { eventually } from '../workflow/eventually.js';
import { gatePath, hiddenFields, textAt, useGateDesk } from './gate-desk.js';

const gateDesk = useGateDesk();

describe('the gate’s page', () => {
  it('decides with a signature that the person never sees, and tells of what was typed elsewhere', async () => {
    const onboarding = await gateDesk().atGates('desk_signed', ['creative_policy']);
    await onboarding.signal(onboarding.decision(await onboarding.untilGate('creative_policy', 'open'), { actor: 'approver-a' }));
    const approver = await gateDesk().desk.signedIn('approver-a');
    await eventually(
      'the refused signal in the history',
      () => textAt(approver, gatePath('desk_signed')),
      (text) => text.includes('from the Temporal UI and was refused'),
    );
    const html = await textAt(approver, gatePath('desk_signed'));
    expect(html).not.toContain('Approvals of desk_signed are open');
    const answer = await approver.post(`${gatePath('desk_signed')}/decide`, { ...hiddenFields(html), verdict: 'approve' });
    expect(answer.status).toBe(303);
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('says loudly when approvals are open, on the tenant’s page too, and no more once it is live', async () => {
    gateDesk().approvals = 'open';
    const onboarding = await gateDesk().atGates('desk_open', ['creative_policy']);
    gateDesk().approvals = 'signed';
    const viewer = await gateDesk().desk.signedIn('ops-a');
    const pages = [gatePath('desk_open'), '/tenants/desk_open'];
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
    const onboarding = await gateDesk().atGates('desk_glass', ['creative_policy']);
    const [admin, ops, approver] = [
      await gateDesk().desk.signedIn('admin-a'),
      await gateDesk().desk.signedIn('ops-a'),
      await gateDesk().desk.signedIn('approver-a'),
    ];
    expect(await textAt(ops, gatePath('desk_glass'))).not.toContain('Break the glass');
    expect(await textAt(approver, gatePath('desk_glass'))).not.toContain('Break the glass');
    const form = hiddenFields(await textAt(admin, gatePath('desk_glass')));
    expect(form).toMatchObject({ breakGlass: 'yes', revision: '1' });
    const decide = (browser: Browser, change: object) =>
      browser.post(`${gatePath('desk_glass')}/decide`, { ...form, verdict: 'approve', ...change });
    expect((await decide(ops, { reason: 'in a hurry', decisionId: 'page-ops' })).status).toBe(409);
    expect((await decide(admin, { reason: '', decisionId: 'page-silent' })).status).toBe(409);
    expect((await decide(admin, { reason: 'both approvers are ill' })).status).toBe(303);
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(await textAt(approver, gatePath('desk_glass'))).toContain('breaking the glass');

    expect(await textAt(approver, '/')).toContain('1 decision');
    const toAdmin = await textAt(admin, '/reviews');
    expect(toAdmin).toContain('both approvers are ill');
    expect(toAdmin).toContain('You have no role that decides this gate');
    expect(toAdmin).not.toContain('name="outcome"');
    const address = /action="(\/reviews\/desk_glass\/[^"]+)"/.exec(await textAt(approver, '/reviews'))?.[1] ?? '';
    const review = { outcome: 'confirmed', remark: 'I would have said the same' };
    expect((await admin.post(address, review)).status).toBe(409);
    expect((await approver.post(address, { outcome: 'confirmed' })).status).toBe(409);
    const viewer = await gateDesk().desk.signedIn('viewer-a');
    expect(await textAt(viewer, '/reviews')).toContain('None waits');
    expect((await viewer.post(address, review)).status, 'a tenant that the viewer does not see').toBe(404);
    expect((await approver.post(address, review)).status).toBe(303);
    expect((await approver.post(address, review)).status, 'once').toBe(409);
    expect(await textAt(approver, '/reviews')).toContain('None waits');
    expect(gateDesk().desk.failures).toEqual([]);
  });
});
