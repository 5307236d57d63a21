import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { act, personAction } from '../../simulator/people.js';
import { handOutLink, linkAddress } from '../../src/cli/client-link.js';
import { prepareMap } from '../../src/domain/events/prepared-map.js';
import { takeInEvents } from '../../src/events/intake.js';
import type { ClientLinkPurpose } from '../../src/domain/client-links.js';
import { settings, WHOLE } from '../domain/events/shop.js';
import { eventually } from '../workflow/eventually.js';
import { useFrontDesk } from './front-desk.js';
import { funded, schoolWithOneGate, sunriseOnly, tours } from './tenants.js';
import { PHONE, type Visitor } from './visitor.js';

const desk = useFrontDesk();

async function parkAtReview(slug: string, legalName: string, reason: string): Promise<void> {
  const { simulator, onboardings } = desk().engine;
  const { state, clock } = simulator.store;
  act(state, personAction.parse({ action: 'set-timings', automaticApproval: false }), clock.now());
  await onboardings.start(schoolWithOneGate(slug, { legalName }), 'ops-a');
  const review = (wanted: string) =>
    eventually(
      `the review of ${slug} ${wanted}`,
      () => onboardings.status(slug),
      ({ status }) => status.steps.some((step) => step.id === 'business_verification' && step.state === wanted),
    );
  const { status } = await review('waiting_on');
  act(state, personAction.parse({ action: 'set-timings', automaticApproval: true }), clock.now());
  const advertiser = status.steps.find((step) => step.id === 'advertiser_account')?.remoteIds['advertiserId'];
  act(state, personAction.parse({ action: 'reject-review', advertiser, reason }), clock.now());
  await onboardings.retry(slug, { actor: 'ops-a', step: 'business_verification', reason: 'TikTok has decided' });
  await review('parked');
}

/** One of each verdict, so that every part of the page about events is there. */
const EVENTS = [
  { ...WHOLE.web, timestamp: undefined, event_id: 'look-1' },
  { ...WHOLE.web, timestamp: undefined, event_id: 'look-2', name: 'purchse' },
  { ...WHOLE.web, timestamp: undefined, event_id: 'look-3', params: { value: 1 } },
  { ...WHOLE.web, timestamp: undefined, event_id: 'look-4', consent: false },
];

async function clientPage(slug: string, purpose: ClientLinkPurpose, item?: string, why = 'The season begins in May.'): Promise<string> {
  const { db, onboardings } = desk().engine;
  const request = { slug, purpose, item, why, createdBy: 'ops-a', days: 7 };
  const { token } = await handOutLink({ db, onboardings }, request, new Date());
  return linkAddress(desk().origin, token);
}

const stepWaits = async (slug: string, step: string): Promise<void> => {
  await eventually(
    `${step} of ${slug}`,
    () => desk().engine.onboardings.status(slug),
    ({ status }) => status.steps.some((each) => each.id === step && each.state === 'waiting_on'),
  );
};

/** Every way in which a page is used: on a desk by day and by night, and on a phone. */
async function looked(visitor: Visitor, name: string): Promise<string[]> {
  const { page } = visitor;
  const barriers: string[] = [];
  const look = async (way: string, about?: 'colours' | 'layout'): Promise<void> => {
    for (const barrier of await visitor.barriers(about)) barriers.push(`${name}, ${way}: ${barrier}`);
    await visitor.shoot(`${name}-${way}`);
  };
  const { width, height } = page.viewportSize() ?? PHONE;
  await look('light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await look('dark', 'colours');
  const paper = await visitor.read('getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)', z.array(z.number()));
  if (Math.max(...paper) > 60) barriers.push(`${name}, dark: the paper is rgb(${paper.join(', ')})`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  await look('phone', 'layout');
  for (const wide of await visitor.tooWide()) barriers.push(`${name}, phone: wider than the window: ${wide}`);
  for (const word of await visitor.cutOff()) barriers.push(`${name}, phone: cut off in a chart: ${word}`);
  await page.setViewportSize({ width, height });
  return barriers;
}

describe('every page', () => {
  beforeAll(async () => {
    const { atGate, engine } = desk();
    const spark = sunriseOnly('look_tours');
    await parkAtReview('look_parked', 'Talblick Schule GmbH', 'The website does not match the business.');
    await Promise.all([
      atGate(schoolWithOneGate('look_school', { legalName: 'Bergblick Privatschule gGmbH' }), 'creative_policy'),
      atGate(schoolWithOneGate('look_glass', { legalName: 'Seeblick Kolleg GmbH' }), 'creative_policy'),
      atGate(funded('look_money', { legalName: 'Gipfel Ausrüstung AG' }), 'initial_funding'),
      atGate(spark.tenant, 'spark_ads', spark.codes),
      engine.onboardings.start(tours('look_waits', { legalName: 'Coast Tours GmbH' }), 'ops-a'),
    ]);
    await stepWaits('look_waits', 'spark_ads');
    await takeInEvents({ db: engine.db, prepared: prepareMap(settings()) }, 'look_waits', EVENTS, new Date());
  });

  /** A page that somebody has before them, or goes to first, looked at in every way. */
  const seen: string[] = [];
  async function see(visitor: Visitor, name: string, path?: string): Promise<void> {
    if (path !== undefined) await visitor.page.goto(path);
    seen.push(name);
    expect((await looked(visitor, name)).join('\n')).toBe('');
  }

  it('for people without an account has no serious barrier by day, by night or on a phone, and fits the phone', async () => {
    const stranger = await desk().stranger();
    await see(stranger, 'sign-in', '/sign-in');
    await stranger.page.getByLabel('Access token').fill('kpat_wrong');
    await stranger.page.getByRole('button', { name: 'Sign in' }).click();
    await stranger.page.getByRole('alert').waitFor();
    await see(stranger, 'sign-in-refused');
    await see(stranger, 'client-spark-code', await clientPage('look_waits', 'spark_code', 'two-days'));
    await see(stranger, 'client-music', await clientPage('look_school', 'music_licence', 'campus'));
    await see(stranger, 'client-papers', await clientPage('look_school', 'verification_papers'));
    await see(stranger, 'client-account', await clientPage('look_waits', 'account_link'));
    await see(stranger, 'client-nothing', '/client/kcl_nothing');
    await stranger.leave();
  });

  it('for people who decide has none either', async () => {
    const approver = await desk().visitor('approver-a');
    const creative = '/tenants/look_school/gates/creative_policy';
    await see(approver, 'inbox', '/');
    await see(approver, 'inbox-filtered', '/?q=look_money&sort=amount&gate=initial_funding');
    expect(await approver.page.locator('main a[href$="/gates/initial_funding"]').count()).toBe(1);
    expect(await approver.page.locator('main a[href$="/gates/creative_policy"]').count()).toBe(0);
    await see(approver, 'gate-creative', creative);
    await approver.page.getByLabel('Say something without deciding').fill('Is this the new campus?');
    await approver.page.getByRole('button', { name: 'Comment' }).click();
    await approver.page.getByText('Is this the new campus?').waitFor();
    await approver.page.getByRole('button', { name: 'Reject' }).click();
    await approver.page.getByRole('alert').waitFor();
    await see(approver, 'gate-refused');
    await see(approver, 'gate-spark', '/tenants/look_tours/gates/spark_ads');
    await approver.leave();
    const finance = await desk().visitor('finance-a');
    await see(finance, 'gate-funding', '/tenants/look_money/gates/initial_funding');
    await see(finance, 'gate-not-mine', creative);
    await finance.leave();
    const admin = await desk().visitor('admin-a');
    await admin.page.goto('/tenants/look_glass/gates/creative_policy');
    await admin.page.getByText('Break the glass').click();
    await see(admin, 'gate-glass');
    await admin.page.getByLabel('Reason').fill('both approvers are ill');
    await admin.page.getByRole('button', { name: 'Approve' }).click();
    await admin.page.getByRole('status').waitFor();
    await see(admin, 'gate-decided');
    await admin.leave();
    const reviewer = await desk().visitor('approver-b');
    await see(reviewer, 'reviews', '/reviews');
    await reviewer.leave();
  });

  it('for people who operate has none either', async () => {
    const ops = await desk().visitor('ops-a');
    await see(ops, 'tenants', '/tenants');
    await see(ops, 'tenant-parked', '/tenants/look_parked');
    await see(ops, 'tenant-waits', '/tenants/look_waits');
    await see(ops, 'amend', '/tenants/look_parked/amend');
    await see(ops, 'board', '/board');
    await see(ops, 'events', '/tenants/look_waits/events');
    await ops.page.getByText('As a table: Events by name').click();
    await see(ops, 'events-as-table');
    await ops.page.getByRole('link', { name: 'purchase' }).first().click();
    await see(ops, 'event-story');
    await see(ops, 'start', '/start');
    await see(ops, 'links', '/tenants/look_waits/links');
    await ops.page.getByRole('button', { name: 'Make the link' }).click();
    await ops.page.getByText('Send this link to the client now').waitFor();
    await see(ops, 'links-made');
    await see(ops, 'not-found', '/nothing-here');
    await ops.leave();
  });

  it('is among these, and none has failed', () => {
    expect(seen.length).toBeGreaterThan(20);
    expect(desk().failures).toEqual([]);
    expect(desk().engine.simulator.violations).toEqual([]);
  });
});

/** A text that does something wherever it is not encoded. */
const HOSTILE = `<img src=x onerror="window.__pwned=1"><script>window.__pwned=2</script>"'><svg onload=alert(1)> [x](javascript:alert(2)) =HYPERLINK("https://evil.example.org/","x") <a href="javascript:window.__pwned=3">y</a> \u202e {{7*7}} https://evil.example.org/`;

describe('case 26: names, comments, reasons and TikTok’s words full of markup', () => {
  const safe = z.object({ pwned: z.boolean(), foreign: z.array(z.string()), planted: z.number() });

  it('execute nothing on any page', async () => {
    const { atGate } = desk();
    const creatives = schoolWithOneGate('hostile_gate').creatives.map((each) => ({
      ...each,
      text: HOSTILE.slice(0, 100),
      music: { source: 'licensed' as const, licence: HOSTILE },
    }));
    await parkAtReview('hostile_parked', HOSTILE, HOSTILE);
    await atGate(schoolWithOneGate('hostile_gate', { legalName: HOSTILE, creatives }), 'creative_policy');
    const gate = '/tenants/hostile_gate/gates/creative_policy';
    const links = [
      await clientPage('hostile_gate', 'music_licence', 'campus', HOSTILE),
      await clientPage('hostile_gate', 'verification_papers', undefined, HOSTILE),
    ];
    const visitor = await desk().visitor('admin-a');
    const { page } = visitor;
    const seen: string[] = [];
    const harmless = async (): Promise<void> => {
      seen.push(page.url());
      // Pictures that fail and scripts that run do so before this.
      await page.waitForLoadState('load');
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      const found = await visitor.read(
        `({ pwned: '__pwned' in window,
            foreign: [...document.links].map((link) => link.href).filter((href) => !/^(https?:\\/\\/(127\\.0\\.0\\.1|temporal\\.example\\.org|[a-z.]+\\.tiktok\\.com)[:/]|mailto:)/.test(href)),
            planted: document.querySelectorAll('script:not([src]), [onerror], [onload], img[src="x"], main svg:not(.bars)').length })`,
        safe,
      );
      expect(found, page.url()).toEqual({ pwned: false, foreign: [], planted: 0 });
    };
    const see = async (path: string): Promise<void> => {
      await page.goto(path);
      await harmless();
    };

    await page.goto(gate);
    await page.getByLabel('Say something without deciding').fill(HOSTILE);
    await page.getByRole('button', { name: 'Comment' }).click();
    await harmless();
    expect(await page.getByText(HOSTILE.slice(0, 60)).count()).toBeGreaterThan(0);
    await page.getByText('Break the glass').click();
    await page.getByLabel('Reason').fill(HOSTILE);
    await page.getByRole('button', { name: 'Request changes' }).click();
    await harmless();
    await see('/tenants/hostile_parked');
    expect(await visitor.text()).toContain(HOSTILE.slice(0, 60));
    await page.locator('form.row').last().getByLabel('Reason').fill(HOSTILE);
    await page.getByRole('button', { name: 'Pause' }).click();
    await harmless();
    for (const path of ['/', '/tenants', `/tenants?q=${encodeURIComponent(HOSTILE)}`, '/tenants/hostile_gate', gate, '/board', '/reviews'])
      await see(path);
    for (const path of ['/tenants/hostile_gate/links', ...links]) await see(path);
    await page.goto('/start');
    await page.getByLabel(/tenant file/).fill(`slug: ${HOSTILE}\nlegal_name: '</textarea>${HOSTILE.replaceAll("'", "''")}'\n`);
    await page.getByRole('button', { name: /Check/ }).click();
    await harmless();
    expect(await visitor.text()).toContain('nothing was started');
    await see(`/sign-in?back=${encodeURIComponent('javascript:window.__pwned=4')}`);
    await page.getByLabel('Access token').fill(await desk().token('viewer-a'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await harmless();
    expect(new URL(page.url()).origin).toBe(desk().origin);
    expect(seen.length).toBeGreaterThan(12);
    await visitor.leave();
    expect(desk().failures).toEqual([]);
  });
});
