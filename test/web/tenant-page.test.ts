import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAILURES } from '../../src/contract/failures.js';
import { appendToLedger } from '../../src/store/ledger.js';
import { sayId } from '../../src/web/layout/words.js';
import type { Browser } from './desk.js';
import { openShownSchool, type ShownSchool } from './shown-school.js';
import { openGate, STARTED_AT, statusOf } from './statuses.js';

const SLUG = 'alpine_school';
const HOUR = 3_600_000;
const at = (hours: number): string => new Date(Date.parse(STARTED_AT) + hours * HOUR).toISOString();
const file = await readFile(resolve('examples', 'tenants', `${SLUG}.yaml`), 'utf8');
const reason = 'the creator made it public';

let school: ShownSchool;
let ops: Browser;
beforeAll(async () => {
  school = await openShownSchool(new Date(at(30)));
  ops = await school.desk.signedIn('ops-a');
  await school.show(
    statusOf(
      SLUG,
      { state: 'parked', gates: [openGate()] },
      {
        advertiser_account: { state: 'done', remoteIds: { advertiserId: '7300000000000100021' } },
        business_verification: { state: 'waiting_on', ball: 'tiktok', since: at(1), expectedBy: at(40) },
        tiktok_account: {
          state: 'waiting_on',
          ball: 'client',
          since: at(6),
          expectedBy: at(8),
          note: 'opens https://invite.example.org/?c=1.',
        },
        pixel: { state: 'waiting_on', ball: 'kobi', since: at(20), expectedBy: at(31), note: `kobi provide ${SLUG} test-event-code CODE` },
        catalog: { state: 'skipped', note: 'sells nothing' },
        creative_policy: { state: 'waiting_on', ball: 'kobi', since: at(20), expectedBy: at(50) },
        spark_ads: {
          state: 'parked',
          ball: 'kobi',
          since: at(10),
          failure: {
            code: 'spark_post_unavailable',
            message: 'the post is private',
            requestId: '20260301REQ',
            mend: `kobi retry ${SLUG} spark_ads`,
          },
        },
        billing: {
          state: 'parked',
          ball: 'kobi',
          since: at(10),
          failure: { code: 'funding_limit', message: 'too much', mend: `kobi amend ${SLUG} --file FILE` },
        },
      },
    ),
  );
  const row = (kind: string, actor: string, payload: Record<string, unknown>) =>
    appendToLedger(school.desk.database.db, { slug: SLUG, kind, key: `${kind}:${actor}`, actor, payload, at: at(11) });
  await row('onboarding_started', 'ops-a', {});
  await row('decision_attempted', 'approver-a', { decision: { gate: 'creative_policy' } });
  await row('decision_refused', 'ops-a', {
    gate: 'creative_policy',
    revision: 1,
    verdict: 'approve',
    refusal: 'wrong_person',
    reason: '<i>hurry</i>',
  });
  await row('decision_outcome', 'approver-a', { gate: 'creative_policy', answer: { accepted: true } });
  await row('step_parked', 'engine', { step: 'spark_ads', code: 'spark_post_unavailable', message: 'the post is private' });
});
afterAll(() => school.close());
beforeEach(() => {
  school.heard.length = 0;
  school.answer = { accepted: true, message: 'noted' };
});

const page = async (browser = ops): Promise<string> => (await browser.get(`/tenants/${SLUG}`)).text();

describe('the page of a tenant', () => {
  it('groups the checklist by who is needed, errors first', async () => {
    const headings = [...(await page()).matchAll(/scope="rowgroup"[^>]*>([^<]*)</g)].map((match) => match[1]);
    expect(headings).toEqual([
      'Errors: a person must mend these (2)',
      'Past due: expected earlier than now (1)',
      'Currently due: Kobi must act (2)',
      'Pending: with the client or TikTok (1)',
      'Upcoming (2)',
      'Complete (1)',
      'Not needed (1)',
    ]);
  });

  it('leads to the run in the Temporal UI, in the namespace that onboardings are in', async () => {
    expect(await page()).toContain(`href="https://temporal.example.org/namespaces/kobi/workflows/onboarding%3A${SLUG}"`);
  });

  it('says how long the ball lay with each side, and with whom it is', async () => {
    const clocks = /<dl class="clocks"[\s\S]*?<\/dl>/.exec(await page())?.[0] ?? '';
    expect(
      clocks
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    ).toBe('TikTok 1 d 5 h has the ball Client 1 d has the ball Kobi 20 h has the ball');
  });

  it('tells failures in words with the button that mends them, and links ids to TikTok’s own screens', async () => {
    const text = await page();
    expect(text).toContain('the post is private');
    expect(text).toContain('20260301REQ');
    expect(text).toContain('name="step" value="spark_ads"');
    expect(text).toContain(`href="/tenants/${SLUG}/amend"`);
    expect(text).toContain('href="https://ads.tiktok.com/i18n/dashboard?aadvid=7300000000000100021"');
    expect(text).toContain(`href="/tenants/${SLUG}/gates/creative_policy"`);
    expect(text).toContain('value="https://invite.example.org/?c=1"');
    expect(text.match(/Hand the client a link/g), 'at the step that waits for the client').toHaveLength(1);
  });

  it('is in the list of tenants with its failures in words', async () => {
    const text = await (await ops.get('/tenants')).text();
    expect(text).toContain(FAILURES.spark_post_unavailable.sentence);
    expect(text).toContain(FAILURES.funding_limit.sentence);
    expect(text).not.toMatch(/spark_post_unavailable|funding_limit/);
  });

  it('names ids of posts and transfers as people do', () => {
    expect(sayId('sunrise.itemId')).toBe('post sunrise');
    expect(sayId('transactionId')).toBe('transaction');
    expect(sayId('somethingNew')).toBe('somethingNew');
  });

  it('tells what happened in plain words, without the engine’s own, and runs nothing that people wrote', async () => {
    const text = await page();
    const told = /<ol class="events">[\s\S]*?<\/ol>/.exec(text)?.[0] ?? '';
    expect(told).toContain('tried to approve Creative policy, revision 1 and was refused');
    expect(told).toContain('They have no role that decides this gate for this tenant.');
    expect(told).toContain('&lt;i&gt;hurry&lt;/i&gt;');
    expect(told).toContain('Spark posts needs mending');
    expect(told).toContain('started the onboarding');
    expect(told).not.toMatch(/decision_|step_parked|attempted|outcome|wrong_person|spark_post_unavailable/);
  });

  it('hands in a test code, and sends verbs with their step and reason, in the name of who is signed in', async () => {
    await page();
    expect((await ops.post(`/tenants/${SLUG}/test-code`, { verbId: 'v1', code: ' TEST1 ' })).status).toBe(200);
    expect((await ops.post(`/tenants/${SLUG}/verbs`, { verb: 'retry', verbId: 'v2', step: 'spark_ads', reason })).status).toBe(200);
    expect(school.heard).toEqual([
      { verb: 'provide', input: { actor: 'ops-a', verbId: 'v1', what: { kind: 'test_event_code', code: 'TEST1' } } },
      { verb: 'retry', input: { actor: 'ops-a', verbId: 'v2', step: 'spark_ads', reason } },
    ]);
  });

  it('has no buttons for people who only look, and takes nothing from them', async () => {
    const viewer = await school.desk.signedIn('viewer-a');
    const text = await page(viewer);
    expect(text).not.toMatch(/name="verb"|test-code|\/amend"/);
    expect((await viewer.post(`/tenants/${SLUG}/test-code`, { verbId: 'v1', code: 'TEST1' })).status).toBe(403);
    expect((await viewer.post(`/tenants/${SLUG}/verbs`, { verb: 'cancel', verbId: 'v2', reason })).status).toBe(403);
    expect((await viewer.get(`/tenants/${SLUG}/amend`)).status).toBe(404);
    expect((await viewer.post(`/tenants/${SLUG}/amend`, { text: file, verbId: 'v3', reason })).status).toBe(404);
    expect(school.heard).toEqual([]);
  });
});

describe('amending at the desk', () => {
  beforeAll(() => {
    school.preview = {
      differences: [{ path: 'creatives.0.text', before: 'Come', after: '<b>Come</b> soon' }],
      steps: ['creative_policy', 'launch_check'],
      fixed: [],
    };
  });
  const post = (path: string, form: Record<string, string>): Promise<Response> => ops.post(`/tenants/${SLUG}/amend${path}`, form);

  it('shows what differs and what would run again, and changes nothing yet', async () => {
    await ops.get(`/tenants/${SLUG}/amend`);
    const answer = await post('/check', { text: file });
    const text = await answer.text();
    expect([answer.status, school.heard]).toEqual([200, []]);
    expect(text).toContain('<ins>&lt;b&gt;Come&lt;/b&gt; soon</ins>');
    expect(text).toContain('Would run again: Creative policy, Launch check.');
    expect(text).toContain(`action="/tenants/${SLUG}/amend"`);
  });

  it('names every fault as the command line does, keeps the text, and offers no amendment', async () => {
    const answer = await post('/check', { text: file.replace('vertical: private_school', 'vertical: privat_school') });
    const text = await answer.text();
    expect(answer.status).toBe(422);
    expect(text).toContain('<code>vertical</code>');
    expect(text).toContain('vertical: privat_school');
    expect(text).not.toContain(`action="/tenants/${SLUG}/amend"`);
  });

  it('offers no amendment of what cannot change any more', async () => {
    const before = school.preview;
    school.preview = { ...before, fixed: ['currency'] };
    const text = await (await post('/check', { text: file })).text();
    expect(text).toContain('Cannot change any more: currency');
    expect(text).not.toContain(`action="/tenants/${SLUG}/amend"`);
    school.preview = before;
  });

  it('amends with a reason, once per form, and says what the run answered', async () => {
    expect((await post('', { text: file, verbId: 'v1', reason: 'x' })).status).toBe(400);
    expect(school.heard).toEqual([]);
    const answer = await post('', { text: file, verbId: 'v1', reason });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('noted')]);
    expect(school.heard).toMatchObject([{ verb: 'amend', input: { verbId: 'v1', actor: 'ops-a', reason, tenant: { slug: SLUG } } }]);
    school.answer = { accepted: false, code: 'fixed_field', message: 'currency cannot change any more' };
    const refused = await post('', { text: file, verbId: 'v2', reason });
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('currency cannot change any more')]);
  });
});
