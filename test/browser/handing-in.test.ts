import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SITE } from '../../bench/school.js';
import { listLedger, verifyChain } from '../../src/store/ledger.js';
import { eventually } from '../workflow/eventually.js';
import { useFrontDesk } from './front-desk.js';
import { schoolWithOneGate, SUNRISE, tours, TWO_DAYS } from './tenants.js';
import type { Visitor } from './visitor.js';

const desk = useFrontDesk();
const button = ({ page }: Visitor, name: string | RegExp) => page.getByRole('button', { name, exact: true });

async function refused(visitor: Visitor): Promise<string> {
  return visitor.page.getByRole('alert').innerText();
}

/** The address that was made and is shown this once. */
async function handedOut({ page }: Visitor): Promise<string> {
  await page.getByText('Send this link to the client now').waitFor();
  return page.getByLabel('The link', { exact: true }).inputValue();
}

beforeAll(async () => {
  await Promise.all([
    desk().engine.onboardings.start(tours('hand_tours', { legalName: 'Coast Tours GmbH' }), 'ops-a'),
    desk().atGate(schoolWithOneGate('hand_away'), 'creative_policy'),
    desk().atGate(schoolWithOneGate('hand_dark'), 'creative_policy'),
  ]);
  await eventually(
    'the wait for the creator',
    () => desk().engine.onboardings.status('hand_tours'),
    ({ status }) => status.steps.some(({ id, state }) => id === 'spark_ads' && state === 'waiting_on'),
  );
});
afterAll(async () => {
  const reports = await verifyChain(desk().engine.db);
  expect(reports.filter(({ fault }) => fault !== null)).toEqual([]);
});

describe('a client on a phone, by a link that ops handed out at the desk', () => {
  it('reads why, is told what was wrong with the code, hands in the right one, and only once', async () => {
    const ops = await desk().stranger();
    await ops.page.goto(`/sign-in#${await desk().token('ops-a')}`);
    await button(ops, 'Sign out').waitFor();
    expect(ops.page.url(), 'the token stays in no history').not.toContain('#');
    await ops.page.goto('/tenants/hand_tours');
    await ops.page.getByRole('link', { name: 'Links for the client' }).click();
    await ops.page.getByLabel('What the client is asked for').selectOption('spark_code:sunrise');
    await ops.page.getByLabel('What you tell them').fill('The season begins in May.');
    await button(ops, 'Make the link').click();
    const address = await handedOut(ops);
    expect(address).toMatch(/\/client\/kcl_\S{40,}$/);
    await ops.leave();

    const client = await desk().stranger({ phone: true });
    const { page } = client;
    const opened = async () => {
      await page.goto(address);
      return client.text();
    };
    const shown = await opened();
    for (const part of ['Spark code of the post “sunrise”', 'ops-a at Kobi', 'Coast Tours GmbH', 'The season begins in May.'])
      expect(shown).toContain(part);
    expect(await client.tooWide()).toEqual([]);
    const handIn = async (code: string): Promise<void> => {
      await page.getByLabel('The code').fill(code);
      await button(client, 'Hand in the code').tap();
    };
    await handIn('my code');
    expect(await refused(client)).toContain('This is not a Spark code');
    await handIn(`#${'FakeCodeFakeCode'.repeat(4)}=`);
    await page.getByText('TikTok did not take the code').waitFor();
    await handIn(` ${SUNRISE.slice(0, 30)}\n${SUNRISE.slice(30)}`);
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    expect(await client.tooWide()).toEqual([]);
    expect(await opened()).toContain('Thank you, we have your answer');
    expect(await page.locator('form').count()).toBe(0);
    await client.leave();
    const used = await listLedger(desk().engine.db, { slug: 'hand_tours', kinds: ['client_link_used'] });
    expect(used, 'the code that TikTok refused was handed in too').toHaveLength(2);
  });

  it('who only opens it changes nothing', async () => {
    const ops = await desk().visitor('ops-a');
    await ops.page.goto('/tenants/hand_tours/links');
    await ops.page.getByLabel('What the client is asked for').selectOption('spark_code:two-days');
    await button(ops, 'Make the link').click();
    const address = await handedOut(ops);
    const rows = async () => (await listLedger(desk().engine.db, { slug: 'hand_tours' })).length;
    const before = await rows();
    const client = await desk().stranger({ phone: true });
    for (let times = 0; times < 3; times += 1) await client.page.goto(address);
    expect(await rows()).toBe(before);
    await client.page.getByLabel('The code').fill(TWO_DAYS);
    await button(client, 'Hand in the code').dblclick();
    await client.page.getByRole('heading', { level: 1 }).filter({ hasText: 'Thank you' }).waitFor();
    await client.leave();
    await ops.leave();
  });
});

describe('the start page', () => {
  it('names each fault with its line, keeps what was typed, shows the plan of the mended file, and starts it once', async () => {
    const school = await readFile(resolve('examples', 'tenants', 'alpine_school.yaml'), 'utf8');
    const right = school
      .replace(/^slug: .*$/m, 'slug: hand_started')
      .replaceAll(/https:\/\/[a-z-]+\.example\.org/g, `https://${SITE}`)
      .replace(/^( +handle: ).*$/m, '$1bench_school');
    const wrong = right.replace('country: DE', 'country: XX').replace('vertical: private_school', 'vertical: privat_school');
    const ops = await desk().visitor('ops-a');
    const { page } = ops;
    await page.goto('/start');
    const file = page.getByLabel(/A tenant file/);
    await file.fill(wrong);
    await button(ops, /Check/).click();
    await page.getByText('nothing was started').waitFor();
    const faults = await ops.text();
    expect(faults).toMatch(/line \d+: country/);
    expect(faults).toContain('did you mean private_school?');
    expect(await button(ops, /^Start/).count()).toBe(0);
    expect(await file.inputValue()).toContain('privat_school');
    await page
      .getByLabel(/or a file/)
      .setInputFiles({ name: 'hand_started.yaml', mimeType: 'application/yaml', buffer: Buffer.from(right) });
    await button(ops, /Check/).click();
    await page.getByText(/At least \d+ calls of TikTok/).waitFor();
    await button(ops, 'Start 1 of 1').dblclick();
    await page.getByRole('link', { name: 'Look at hand_started' }).click();
    await page.getByRole('heading', { level: 1 }).filter({ hasText: 'hand_started' }).waitFor();
    expect(await listLedger(desk().engine.db, { slug: 'hand_started', kinds: ['onboarding_started'] })).toHaveLength(1);
    await ops.leave();
  });
});

describe('cases 7 and 8: what the desk needs is away when somebody clicks', () => {
  const attempts = (slug: string) =>
    listLedger(desk().engine.db, { slug, kinds: ['decision_attempted', 'decision_accepted', 'decision_refused'] });

  it('Temporal: the page says so and what to do, nothing counts, and the same click again has one effect', async () => {
    const approver = await desk().visitor('approver-a');
    const { page } = approver;
    await page.goto('/tenants/hand_away/gates/creative_policy');
    await page.getByLabel('Reason').fill('as in the brief');
    const other = await approver.context.newPage();
    const away = 'the Temporal server cannot be reached; this is its last saved state';
    desk().temporal.refuse();
    try {
      await button(approver, 'Approve').click();
      await page.getByRole('heading', { level: 1, name: /Temporal/ }).waitFor();
      const told = await approver.text();
      expect(told).toContain('Nothing was decided');
      expect(told).not.toMatch(/UNAVAILABLE|stack|gRPC/i);
      expect((await attempts('hand_away')).filter(({ kind }) => kind !== 'decision_attempted')).toEqual([]);
      await other.goto('/tenants/hand_away');
      await other.getByText(away).waitFor();
    } finally {
      desk().temporal.restore();
    }
    await eventually(
      'the desk finding Temporal again',
      async () => {
        await other.reload();
        return other.locator('body').innerText();
      },
      (text) => text.includes('hand_away') && !text.includes(away),
    );
    await other.close();
    await page.goBack();
    expect(await page.getByLabel('Reason').inputValue(), 'nothing must be typed twice').toBe('as in the brief');
    await button(approver, 'Approve').click();
    await page.getByRole('status').filter({ hasText: 'Recorded as row' }).waitFor();
    const decided = (await attempts('hand_away')).filter(({ kind }) => kind !== 'decision_attempted');
    expect(decided.map(({ kind, actor }) => [kind, actor])).toEqual([['decision_accepted', 'approver-a']]);
    await approver.leave();
  });

  it('PostgreSQL: the page says so, nothing is recorded, and the same click again has one effect', async () => {
    const approver = await desk().visitor('approver-a');
    const { page } = approver;
    await page.goto('/tenants/hand_dark/gates/creative_policy');
    await page.getByLabel('Reason').fill('as in the brief');
    desk().postgres.refuse();
    try {
      await button(approver, 'Approve').click();
      await page.getByRole('heading', { level: 1, name: /database/ }).waitFor();
      const told = await approver.text();
      expect(told).toContain('nothing could be recorded');
      expect(told).not.toMatch(/ECONN|postgres:|stack/);
    } finally {
      desk().postgres.restore();
    }
    expect(await attempts('hand_dark')).toEqual([]);
    await page.goBack();
    await button(approver, 'Approve').click();
    await page.getByRole('status').filter({ hasText: 'Recorded as row' }).waitFor();
    const decided = (await attempts('hand_dark')).filter(({ kind }) => kind !== 'decision_attempted');
    expect(decided.map(({ kind }) => kind)).toEqual(['decision_accepted']);
    await approver.leave();
  });
});
