import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecisionRequest } from '../../src/cli/decide-gate.js';
import { failed } from '../../src/cli/exit.js';
import { type Browser, type Desk, startDesk } from './desk.js';
import { playedClient } from './played-client.js';
import { openGate, save, statusOf } from './statuses.js';

const SEEN = 'alpine_school';
const UNSEEN = 'peak_gear';
const STARTED = 'coast_tours';
const heard: { readonly slug: string; readonly request: DecisionRequest }[] = [];
const statuses = new Map([SEEN, UNSEEN].map((slug) => [slug, statusOf(slug, { state: 'waiting', gates: [openGate()] })]));

let desk: Desk;
let viewer: Browser;
beforeAll(async () => {
  const onboardings = playedClient({
    status(slug) {
      const status = statuses.get(slug);
      if (status) return Promise.resolve({ status, source: 'run', asOf: null, note: null });
      if (slug === STARTED) return Promise.reject(failed('started, but no worker has taken it up yet', { slug, code: 'no_worker' }));
      return Promise.reject(failed('never started', { slug, code: 'unknown_tenant' }));
    },
    exhibits: () => Promise.resolve([]),
    decide(slug, request) {
      heard.push({ slug, request });
      const { decisionId = '' } = request;
      return Promise.resolve({ accepted: false, decisionId, gateState: 'open', code: 'wrong_person', message: 'You have no role.' });
    },
  });
  desk = await startDesk({ onboardings: () => Promise.resolve(onboardings) });
  for (const status of statuses.values()) await save(desk.database.db, status);
  viewer = await desk.signedIn('viewer-a');
  await viewer.get('/');
});
afterAll(() => desk.close());

const WAYS = ['href="/"', 'href="/tenants"', 'href="/board"', 'Sign out'];

describe('a page that is not there', () => {
  it('leaves who is signed in a way to everything else', async () => {
    for (const path of ['/nowhere', '/tenants/nobody', `/tenants/${UNSEEN}`, `/tenants/${SEEN}/gates/nothing`]) {
      const answer = await viewer.get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      const text = await answer.text();
      for (const way of WAYS) expect(text).toContain(way);
    }
  });

  it('is a page too when a form is too old or too large', async () => {
    // By itself: what is too large is answered before it is read, and its connection ends.
    const other = await startDesk();
    try {
      const ops = await other.signedIn('ops-a');
      await ops.get('/');
      const old = await ops.post('/start/check', { csrf: 'old', text: 'x' });
      const large = await ops.post('/start/check', { text: 'x'.repeat(3 * 1_024 * 1_024) });
      expect([old.status, large.status]).toEqual([403, 413]);
      for (const answer of [old, large]) {
        const text = await answer.text();
        for (const way of WAYS) expect(text).toContain(way);
      }
    } finally {
      await other.close();
    }
  });

  it('leads a client, who has no inbox, nowhere', async () => {
    const text = await (await desk.browser().get('/client/kcl_nothing/more')).text();
    expect(text).not.toContain('Back to the inbox');
  });
});

it('shows the way to starts to those who may start only, and says to others why not', async () => {
  const [ops, finance] = [await desk.signedIn('ops-a'), await desk.signedIn('finance-a')];
  expect(await (await ops.get('/')).text()).toContain('href="/start"');
  expect(await (await finance.get('/')).text()).not.toContain('href="/start"');
  const refused = await finance.get('/start');
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('Only ops and admin start onboardings')]);
});

it('explains a start that no worker has taken up yet on every page of the tenant', async () => {
  const ops = await desk.signedIn('ops-a');
  for (const page of ['', '/gates/creative_policy', '/amend', '/links']) {
    const answer = await ops.get(`/tenants/${STARTED}${page}`);
    expect([page, answer.status, await answer.text()]).toEqual([page, 503, expect.stringContaining('waits for a worker')]);
    expect((await ops.get(`/tenants/nobody${page}`)).status).toBe(404);
  }
  expect(desk.failures).toEqual([]);
});

it('says of a gate that was not opened that there is nothing to decide', async () => {
  const answer = await viewer.get(`/tenants/${SEEN}/gates/initial_funding`);
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('was not opened')]);
});

it('records an attempt on a tenant that the person does not see, and tells them no more than of a tenant that is not there', async () => {
  const { revision, evidenceHash } = openGate();
  const form = { decisionId: 'd-1', revision: String(revision), evidenceHash, verdict: 'approve', breakGlass: 'yes' };
  const tell = async (slug: string) => {
    const answer = await viewer.post(`/tenants/${slug}/gates/creative_policy/decide`, form);
    return [answer.status, (await answer.text()).replaceAll(slug, 'SLUG')];
  };
  expect(await tell(UNSEEN)).toEqual(await tell('nobody'));
  expect(heard).toMatchObject([
    { slug: UNSEEN, request: { gate: 'creative_policy', actor: 'viewer-a', verdict: 'approve', origin: 'page', breakGlass: true } },
  ]);
});
