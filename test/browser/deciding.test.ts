import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listLedger, verifyChain } from '../../src/store/ledger.js';
import { eventually } from '../workflow/eventually.js';
import { PEOPLE, useFrontDesk } from './front-desk.js';
import { funded, schoolWithOneGate } from './tenants.js';
import type { Visitor } from './visitor.js';

const desk = useFrontDesk();

const creativeGate = (slug: string): string => `/tenants/${slug}/gates/creative_policy`;
const button = ({ page }: Visitor, name: string) => page.getByRole('button', { name, exact: true });

/** What the run recorded of decisions: who, what, and why not. */
async function decided(slug: string): Promise<unknown[][]> {
  const rows = await listLedger(desk().engine.db, { slug, kinds: ['decision_accepted', 'decision_refused'] });
  return rows.map(({ actor, payload }) => [actor, payload['verdict'], payload['refusal']]);
}

async function recorded(visitor: Visitor): Promise<void> {
  await visitor.page.getByRole('status').filter({ hasText: 'Recorded as row' }).waitFor();
}

async function refused(visitor: Visitor): Promise<string> {
  return visitor.page.getByRole('alert').innerText();
}

async function goesLive(slug: string): Promise<void> {
  const { onboardings } = desk().engine;
  await eventually(
    `${slug} live`,
    () => onboardings.status(slug),
    ({ status }) => status.state === 'live',
  );
}

// All at once: each waits for TikTok and Temporal, not for the others.
beforeAll(async () => {
  const slugs = ['inbox', 'keys', 'plain', 'phone', 'roles', 'demoted', 'stale', 'double', 'live', 'ended'];
  await Promise.all([
    ...slugs.map((name) => desk().atGate(schoolWithOneGate(`browser_${name}`), 'creative_policy')),
    desk().atGate(funded('browser_money'), 'initial_funding'),
    // Its money still waits for finance, so that the faster of two does not end it.
    desk().atGate({ ...funded('browser_race'), creatives: schoolWithOneGate('browser_race').creatives }, 'creative_policy'),
  ]);
});

describe('from the inbox to the decision', () => {
  it('takes a person who has never seen it three clicks; the evidence is beside the buttons, and the ledger has it', async () => {
    const approver = await desk().visitor('approver-a');
    const { page } = approver;
    await page
      .locator('tr.mine')
      .locator(`a[href="${creativeGate('browser_inbox')}"]`)
      .click();
    await page.waitForURL(/gates/);
    const shown = 'Promise.all([...document.images].map((image) => image.decode().then(() => image.naturalWidth > 0)))';
    expect(await approver.read(shown, z.array(z.boolean())), 'the picture itself is shown').toEqual([true]);
    expect(await approver.text()).toContain('Visit our open day');
    expect(await page.getByRole('row', { name: /^Size/ }).innerText(), 'measured beside its limit').toMatch(/at most \d+ MB\s+yes/);
    await page.getByLabel('Reason').fill('as in the brief');
    await button(approver, 'Approve').click();
    await recorded(approver);
    await goesLive('browser_inbox');
    expect(await decided('browser_inbox')).toEqual([['approver-a', 'approve', null]]);
    await page.goto('/');
    expect(await page.locator('tr', { hasText: 'browser_inbox' }).count()).toBe(0);
    await approver.leave();
  });

  it('needs no mouse: Tab and Enter lead from signing in to the decision, and one sees where one is', async () => {
    const visitor = await desk().stranger();
    const { page } = visitor;
    const focus = z.object({ what: z.string(), outline: z.number() });
    const focused = () =>
      visitor.read(
        `(() => { const at = document.activeElement; const style = getComputedStyle(at);
          return { what: (at.labels?.[0] ?? at).innerText + ' ' + (at.getAttribute('href') ?? ''),
                   outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth) }; })()`,
        focus,
      );
    const tabTo = async (wanted: RegExp): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press('Tab');
        const { what, outline } = await focused();
        expect(outline, `the focus is seen at ${what}`).toBeGreaterThanOrEqual(2);
        if (wanted.test(what)) return;
      }
      throw new Error(`60 times Tab did not reach ${String(wanted)}`);
    };
    await page.goto('/');
    await tabTo(/Access token/);
    await page.keyboard.type(await desk().token('approver-a'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1 }).filter({ hasText: 'waits' }).waitFor();
    await tabTo(/browser_keys\/gates/);
    await page.keyboard.press('Enter');
    await button(visitor, 'Approve').waitFor();
    await tabTo(/^Reason/);
    await page.keyboard.type('read by keyboard');
    await tabTo(/^Approve/);
    await page.keyboard.press('Enter');
    await recorded(visitor);
    expect(await decided('browser_keys')).toEqual([['approver-a', 'approve', null]]);
    await visitor.leave();
  });

  it('needs no JavaScript, from signing in to signing out, and a form sent twice is one decision', async () => {
    const visitor = await desk().stranger({ javaScript: false });
    const { page } = visitor;
    await page.goto(creativeGate('browser_plain'));
    await page.getByLabel('Access token').fill(await desk().token('approver-b'));
    await button(visitor, 'Sign in').click();
    await button(visitor, 'Request changes').click();
    expect(await refused(visitor)).toContain('reason');
    await page.getByLabel('Reason').fill('the logo is missing');
    await button(visitor, 'Request changes').dblclick();
    await recorded(visitor);
    expect(await decided('browser_plain')).toEqual([
      ['approver-b', 'request_changes', 'reason_missing'],
      ['approver-b', 'request_changes', null],
    ]);
    await button(visitor, 'Sign out').click();
    await page.goto('/');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await page.goBack();
    expect(await visitor.text()).not.toContain('browser_plain');
    await visitor.leave();
  });

  it('works on a phone: nothing is wider than it, every button is a finger wide, and a decision is made', async () => {
    const visitor = await desk().visitor('approver-a', { phone: true });
    const { page } = visitor;
    expect(await visitor.tooWide()).toEqual([]);
    await page.locator(`a[href="${creativeGate('browser_phone')}"]`).tap();
    await page.waitForURL(/gates/);
    expect(await visitor.tooWide()).toEqual([]);
    await page.getByRole('link', { name: 'Go to the decision' }).tap();
    await page.getByRole('heading', { name: 'Your decision' }).waitFor();
    expect(page.url()).toContain('#decision');
    for (const name of ['Approve', 'Request changes', 'Reject']) {
      const box = await button(visitor, name).boundingBox();
      expect(box?.height, name).toBeGreaterThanOrEqual(44);
      expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 999) <= 390, `${name} is on the screen`).toBe(true);
    }
    await page.getByLabel('Reason').fill('seen on the way');
    await button(visitor, 'Approve').tap();
    await recorded(visitor);
    expect(await visitor.tooWide()).toEqual([]);
    await visitor.leave();
  });
});

describe('a decision that does not count', () => {
  it('of somebody without the role: no buttons, but why, and who may', async () => {
    const finance = await desk().visitor('finance-a');
    await finance.page.goto(creativeGate('browser_roles'));
    expect(await button(finance, 'Approve').count()).toBe(0);
    expect(await finance.text()).toContain('You have no role that decides this gate for this tenant.');
    await finance.page.getByText('Who may decide this').click();
    expect(await finance.text()).toMatch(/approver-a: may decide/);
    expect(await finance.text()).toMatch(/ops-a: They have no role/);
    await finance.leave();
  });

  it('of somebody whose role was taken away a second ago: refused politely, and recorded', async () => {
    const approver = await desk().visitor('approver-b');
    await approver.page.goto(creativeGate('browser_demoted'));
    await approver.page.getByLabel('Reason').fill('too dark');
    desk().people = { people: PEOPLE.people.map((each) => (each.id === 'approver-b' ? { ...each, roles: ['viewer'] } : each)) };
    try {
      await button(approver, 'Reject').click();
      expect(await refused(approver)).toContain('You have no role that decides this gate');
    } finally {
      desk().people = PEOPLE;
    }
    expect(await decided('browser_demoted')).toEqual([['approver-b', 'reject', 'wrong_person']]);
    await approver.leave();
  });

  it('on evidence that was amended between page and click: refused, with the difference', async () => {
    const tenant = schoolWithOneGate('browser_stale');
    const approver = await desk().visitor('approver-a');
    const { page } = approver;
    await page.goto(creativeGate('browser_stale'));
    const creatives = tenant.creatives.map((creative) => ({ ...creative, text: 'Guaranteed grades for everybody' }));
    const { onboardings } = desk().engine;
    await onboardings.amend('browser_stale', { tenant: { ...tenant, creatives }, actor: 'ops-a', reason: 'the client changed the text' });
    await eventually(
      'the second revision',
      () => onboardings.evidence('browser_stale', 'creative_policy'),
      ({ revision, state }) => revision === 2 && state === 'open',
    );
    await button(approver, 'Approve').click();
    expect(await refused(approver)).toContain('earlier revision');
    expect((await page.locator('del').allInnerTexts()).join(' ')).toContain('Visit our open day');
    expect((await page.locator('ins').allInnerTexts()).join(' ')).toContain('Guaranteed grades for everybody');
    await page.getByLabel('Reason').fill('promises grades');
    await button(approver, 'Reject').click();
    await recorded(approver);
    expect(await decided('browser_stale')).toEqual([
      ['approver-a', 'approve', 'stale_revision'],
      ['approver-a', 'reject', null],
    ]);
    await approver.leave();
  });

  it('of somebody who was disabled a second ago: sent to sign in, and nothing is decided', async () => {
    const approver = await desk().visitor('approver-a');
    await approver.page.goto(creativeGate('browser_ended'));
    desk().people = { people: PEOPLE.people.map((each) => (each.id === 'approver-a' ? { ...each, disabled: true } : each)) };
    try {
      await button(approver, 'Approve').click();
      await button(approver, 'Sign in').waitFor();
    } finally {
      desk().people = PEOPLE;
    }
    expect(await decided('browser_ended')).toEqual([]);
    await approver.leave();
  });

  it('on an onboarding that ops cancelled meanwhile: told so', async () => {
    const [approver, ops] = [await desk().visitor('approver-b'), await desk().visitor('ops-a')];
    await approver.page.goto(creativeGate('browser_ended'));
    await ops.page.goto('/tenants/browser_ended');
    const form = ops.page.locator('form').filter({ has: button(ops, 'Cancel the onboarding') });
    await form.getByLabel('Reason').fill('the client has withdrawn');
    await button(ops, 'Cancel the onboarding').click();
    await ops.page.getByRole('status').first().waitFor();
    await button(approver, 'Approve').click();
    await approver.page.getByRole('alert').or(approver.page.getByText('There is nothing to decide')).first().waitFor();
    expect(await approver.text()).toMatch(/nothing to decide/);
    expect((await decided('browser_ended')).filter(([, , refusal]) => refusal === null)).toEqual([]);
    for (const visitor of [approver, ops]) await visitor.leave();
  });

  it('of the slower one of two who decide oppositely at once: told who was faster and when', async () => {
    const visitors = [await desk().visitor('approver-a'), await desk().visitor('approver-b')];
    for (const { page } of visitors) {
      await page.goto(creativeGate('browser_race'));
      await page.getByLabel('Reason').fill('at the same instant');
    }
    const [first, second] = visitors;
    if (!first || !second) throw new Error('two are needed');
    await Promise.all([button(first, 'Approve').click(), button(second, 'Reject').click()]);
    const rows = await decided('browser_race');
    expect(rows).toHaveLength(2);
    const won = rows[0]?.[0];
    expect(rows[1]?.[2]).toBe('gate_already_decided');
    const [winner, loser] = won === 'approver-a' ? [first, second] : [second, first];
    await recorded(winner);
    const told = await refused(loser);
    expect(told).toContain(String(won));
    expect(told, 'when').toMatch(/\d{2}:\d{2}/);
    for (const visitor of visitors) await visitor.leave();
  });

  it('once more by a double click: it is one attempt', async () => {
    const approver = await desk().visitor('approver-a');
    await approver.page.goto(creativeGate('browser_double'));
    await button(approver, 'Approve').dblclick();
    await recorded(approver);
    expect(await decided('browser_double')).toEqual([['approver-a', 'approve', null]]);
    const attempts = await listLedger(desk().engine.db, { slug: 'browser_double', kinds: ['decision_attempted'] });
    expect(attempts).toHaveLength(1);
    await approver.leave();
  });
});

describe('a page that is open', () => {
  it('loses the row that somebody else decides, and tells whoever reads the gate, without a click and without what they typed', async () => {
    const gate = creativeGate('browser_live');
    const [watching, reading] = [await desk().visitor('approver-a'), await desk().visitor('approver-b')];
    const row = watching.page.locator(`main a[href="${gate}"]`);
    await row.waitFor();
    await reading.page.goto(gate);
    await reading.page.getByLabel('Reason').fill('half a sentence');
    const { onboardings } = desk().engine;
    await onboardings.decide('browser_live', { gate: 'creative_policy', verdict: 'reject', actor: 'approver-a', reason: 'no logo' });
    await row.waitFor({ state: 'detached' });
    await reading.page.getByRole('status').filter({ hasText: 'Something changed' }).waitFor();
    expect(await reading.page.getByLabel('Reason').inputValue()).toBe('half a sentence');
    await reading.page.getByRole('link', { name: 'Show it as it is now' }).click();
    await reading.page.getByText('There is nothing to decide').waitFor();
    for (const visitor of [watching, reading]) await visitor.leave();
  });
});

describe('money', () => {
  it('needs four eyes, none of them the starter’s, and the amount typed again by each', async () => {
    const fund = '/tenants/browser_money/gates/initial_funding';
    const [first, second] = [await desk().visitor('finance-a'), await desk().visitor('finance-b')];
    for (const { page } of [first, second]) await page.goto(fund);
    expect(await first.text()).toContain('2500.00 EUR');
    const approve = async (visitor: Visitor, amount: string): Promise<void> => {
      await visitor.page.getByLabel(/amount again/).fill(amount);
      await button(visitor, 'Approve').click();
    };
    for (const wrong of ['', '2500.01', '-2500']) {
      await approve(first, wrong);
      expect(await refused(first), wrong).toContain('the amount typed again');
    }
    expect(await decided('browser_money')).toEqual(Array(3).fill(['finance-a', 'approve', 'amount_differs']));
    await approve(first, '2500');
    await recorded(first);
    expect(await first.text()).toContain('1 of 2');
    await first.page.goto(fund);
    expect(await first.text()).toContain('somebody else must give the other decision');
    expect(await button(first, 'Approve').count()).toBe(0);
    await approve(second, '2,500.00');
    await recorded(second);
    await goesLive('browser_money');
    const transfers = desk()
      .engine.simulator.store.ledger.find({})
      .filter(({ path }) => path === '/bc/transfer/');
    expect(transfers).toHaveLength(1);
    for (const visitor of [first, second]) await visitor.leave();
  });
});

it('leaves a ledger whose chains hold, and no page has failed', async () => {
  const reports = await verifyChain(desk().engine.db);
  expect(reports.length).toBeGreaterThan(5);
  expect(reports.filter(({ fault }) => fault !== null)).toEqual([]);
  expect(desk().failures).toEqual([]);
});
