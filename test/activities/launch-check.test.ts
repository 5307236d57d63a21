import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trackEvent } from '../../simulator/tracked-events.js';
import type { OnboardingActivities } from '../../src/contract/onboarding-activities.js';
import { readDestination } from '../../src/domain/events/destination-address.js';
import { pixelName } from '../../src/domain/naming.js';
import { school } from '../workflow/tenant.js';
import { failureOf, useEngine } from './engine.js';
import { fundingOf } from './funding.js';

type Launch = Parameters<OnboardingActivities['checkLaunch']>[0];

describe('the launch check', () => {
  const engine = useEngine();
  let server: Server;
  let site: string;
  let html = '';
  beforeEach(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', site);
      if (url.pathname === '/keeps') response.writeHead(302, { location: `/open-day${url.search}` }).end();
      else if (url.pathname === '/loses') response.writeHead(301, { location: '/open-day?from=old' }).end();
      else if (url.pathname === '/gone') response.writeHead(404).end(html);
      else response.end(html);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    site = `http://127.0.0.1:${address.port}`;
  });
  afterEach(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));

  async function ready(paths: readonly string[]): Promise<Launch> {
    const { advertiser, attempt, activities, person } = engine();
    const of = await advertiser('school');
    const pixel = await attempt(activities.createPixel, { ...of, name: pixelName('school'), category: 'ONLINE_STORE' });
    await attempt(activities.linkPixel, { ...of, pixel });
    person({ action: 'link-tiktok-account', handle: 'example_school' });
    const { account } = await attempt(activities.findTikTokAccount, { ...of, handle: 'example_school' });
    const { identityId } = await attempt(activities.assignTikTokAccount, { ...of, assetId: account?.assetId ?? '' });
    html = `<script src="https://www.googletagmanager.com/gtag/js?id=G-EXAMPLE1"></script><script>ttq.load('${pixel.pixelCode}')</script>`;
    const { eventId } = await attempt(activities.sendTestEvent, { ...of, ...pixel, testEventCode: 'TEST00000', url: site });
    await attempt(activities.transferFunds, fundingOf(of));
    const tenant = school('school', { landingPages: paths.map((path) => `${site}${path}`) });
    return {
      ...of,
      tenant,
      pixel,
      testEventId: eventId,
      catalogId: null,
      identity: { identityId, identityType: 'BC_AUTH_TT' },
      allowLoopback: true,
      funded: true,
      launchedBefore: false,
    };
  }
  async function failed(input: Launch): Promise<string[]> {
    const { attempt, activities } = engine();
    const { findings } = await attempt(activities.checkLaunch, input);
    return findings.filter((finding) => !finding.ok).map((finding) => `${finding.check}: ${finding.detail}`);
  }

  it('passes a tenant for whom everything is in place, a page behind a redirect that keeps the parameters too', async () => {
    const { attempt, activities } = engine();
    const input = await ready(['/open-day?lang=de#form', '/keeps']);
    const { findings } = await attempt(activities.checkLaunch, input);
    expect(findings.filter((finding) => !finding.ok)).toEqual([]);
    expect(findings.find((finding) => finding.check === 'destination')?.detail).toBe(
      `${site}/open-day?lang=de&utm_source=tiktok&utm_medium=paid&utm_campaign=__CAMPAIGN_ID__&utm_content=__CID__&utm_term=__AID__#form`,
    );
  });

  it('tells which events TikTok does not show yet and until when it will, and lets the launch go on', async () => {
    const { attempt, activities, simulator } = engine();
    const input = await ready(['/open-day']);
    const seen = async () => {
      const { findings } = await attempt(activities.checkLaunch, input);
      return findings.find((finding) => finding.check === 'events_seen');
    };
    const at = new Date(simulator.store.clock.now() + 90 * 60_000).toISOString().slice(0, 15);
    expect(await seen()).toMatchObject({
      ok: true,
      detail: expect.stringContaining('Lead'),
      expects: { what: expect.stringContaining('30 to 90 minutes'), by: expect.stringContaining(at) },
    });
    trackEvent(simulator.store.state, {
      channel: 'server',
      sourceId: input.pixel.pixelCode,
      source: 'web',
      event: 'Lead',
      eventId: 'lead-1',
      testEventCode: '',
      receivedAt: simulator.store.clock.now(),
    });
    expect(await seen()).toEqual({ check: 'events_seen', ok: true, detail: "TikTok's statistics show Lead" });

    simulator.faults.add({ endpoint: '/pixel/event/stats/', fault: 'code=40001' });
    expect(await seen()).toMatchObject({ ok: true, detail: expect.stringContaining('holds nothing up') });
  });

  it('names the page that is gone and the one that loses parameters', async () => {
    const input = await ready(['/gone', '/loses']);
    expect(await failed(input)).toEqual([
      `landing_page: ${site}/gone answers HTTP 404`,
      `landing_page: ${site}/loses its redirect 1, to ${site}, loses utm_source, utm_medium, utm_campaign, utm_content, utm_term, ttclid`,
    ]);
  });

  it('gives ads the address that kobi events utm gives, and names what of the tenant’s own gave way', async () => {
    const { attempt, activities } = engine();
    const own = '/open-day?utm_source=Facebook&utm_term=%5F%5FAID%5F%5F&lang=de';
    const { findings } = await attempt(activities.checkLaunch, await ready([own]));
    const read = readDestination(`${site}${own}`);
    const detail = findings.find((finding) => finding.check === 'destination')?.detail;
    expect(detail).toBe(
      `${read.ok ? read.address : ''}; utm_source is Facebook, and must be tiktok; ` +
        'utm_term is written as %5F%5FAID%5F%5F, which TikTok does not replace; write __AID__ plainly',
    );
    expect(findings.filter((finding) => !finding.ok)).toEqual([]);
  });

  it('names the tags that a page lacks', async () => {
    const input = await ready(['/']);
    html = '<h1>Open day</h1>';
    expect(await failed(input)).toEqual([
      `landing_page: ${site}/ the page lacks the GA4 id G-EXAMPLE1; the page lacks the pixel code ${input.pixel.pixelCode}`,
    ]);
  });

  it('names everything else that live promises', async () => {
    const { person, attempt, activities } = engine();
    const input = await ready(['/']);
    person({ action: 'suspend-account', advertiser: input.advertiserId });
    await attempt(activities.undo, {
      slug: 'school',
      undo: { kind: 'unlink_pixel', bcId: input.bcId, advertiserId: input.advertiserId, pixelCode: input.pixel.pixelCode },
    });
    const lines = await failed({ ...input, identity: null, funded: false, testEventId: null });
    expect(lines.map((line) => line.split(':')[0])).toEqual(['account_enabled', 'identity', 'pixel_linked', 'funded', 'test_event']);
    expect(lines[0]).toMatch(/STATUS_(LIMIT|DISABLE)/);
  });

  it('looks for the money, and needs none where none was asked for or balances are shared', async () => {
    const { simulator, attempt, activities } = engine();
    const input = await ready(['/']);
    const account = simulator.store.state.advertisers[input.advertiserId];
    const bc = simulator.store.state.businessCenters[input.bcId];
    if (!account || !bc) throw new Error('not seeded');
    account.cashMinor = 0;
    expect(await failed(input)).toEqual(['funded: the account was funded, but its balance is 0 now']);
    expect(await failed({ ...input, launchedBefore: true })).toEqual([]);

    const none = { ...input, funded: false, tenant: { ...input.tenant, billing: { initialFundingMinor: 0 } } };
    expect(await failed(none)).toEqual([]);
    bc.paymentPortfolioType = 'SHARED';
    const { findings } = await attempt(activities.checkLaunch, { ...input, funded: false });
    expect(findings.find((finding) => finding.check === 'funded')).toMatchObject({ ok: true, detail: expect.stringContaining('SHARED') });
  });

  it('parks on an address that may not be fetched, and on loopback where no setting allows it', async () => {
    const { attempt, activities } = engine();
    const input = await ready(['/']);
    const inside = { ...input, tenant: { ...input.tenant, landingPages: ['https://192.168.0.1/admin'] } };
    expect(await failureOf(attempt(activities.checkLaunch, inside))).toMatchObject({ code: 'address_refused' });
    expect(await failureOf(attempt(activities.checkLaunch, { ...input, allowLoopback: false }))).toMatchObject({ code: 'address_refused' });
  });
});
