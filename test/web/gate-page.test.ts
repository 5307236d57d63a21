import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GateStatus } from '../../src/contract/status.js';
import { appendToLedger, listLedger } from '../../src/store/ledger.js';
import { openShownSchool, type ShownSchool } from './shown-school.js';
import { openGate, STARTED_AT, statusOf } from './statuses.js';

const SLUG = 'alpine_school';
const measured = {
  kind: 'video',
  format: 'mp4',
  codec: 'AVC',
  width: 720,
  height: 1_280,
  durationSec: 3,
  bitrateKbps: 2_000,
  sizeBytes: 3_145_728,
  audio: true,
};
const creative = (text: string) => ({
  id: 'open-day',
  kind: 'video',
  text,
  music: { source: 'licensed', licence: 'No. 4711' },
  declarations: ['no_guaranteed_grades'],
  sha256: 'd'.repeat(64),
  verdict: 'reject',
  measured,
  findings: [{ code: 'duration', severity: 'error', message: '3 s, 5 to 60 s' }],
});
const evidence = (text: string) => ({ kind: 'creative_policy', creatives: [creative(text)] });
const money = {
  kind: 'initial_funding',
  amountMinor: 250_000,
  currency: 'EUR',
  advertiserId: '7300000000000100021',
  advertiserName: 'kobi_alpine_school_tiktok',
  bcId: '7300000000000000001',
  budgetCapMinor: null,
  thresholdMinor: 100_000,
  paymentModel: 'NON_SHARED',
};
const post = { id: 'sunrise', itemId: '7300000000000000501', handle: 'tours', text: '', status: 'UNHEARD_OF', authorisedUntil: null };
const approved = { decisionId: 'd', actor: 'finance-a', verdict: 'approve', reason: '', at: STARTED_AT } as const;
const gates: GateStatus[] = [
  openGate({ revision: 2, evidence: evidence('Come in May') }),
  openGate({ id: 'spark_ads', evidence: { kind: 'spark_ads', posts: [{ ...post, status: 'HESITATE_RECOMMEND' }, post] } }),
  openGate({ id: 'initial_funding', needed: 2, evidence: money, decisions: [approved] }),
];
const PATH = `/tenants/${SLUG}/gates/creative_policy`;

let school: ShownSchool;
beforeAll(async () => {
  school = await openShownSchool(new Date(STARTED_AT));
  await school.show(
    statusOf(SLUG, { gates }, { advertiser_account: { state: 'done', remoteIds: { advertiserId: '7300000000000100021' } } }),
  );
  const row = (kind: string, key: string, actor: string, payload: Record<string, unknown>) =>
    appendToLedger(school.desk.database.db, {
      slug: SLUG,
      kind,
      key,
      actor,
      payload: { gate: 'creative_policy', ...payload },
      at: STARTED_AT,
    });
  await row('gate_opened', 'o1', 'engine', { revision: 1, evidence: evidence('Come') });
  await row('decision_refused', 'r1', 'ops-a', { revision: 1, verdict: 'approve', refusal: 'starter_may_not_decide', reason: '' });
  await row('decision_accepted', 'a1', 'approver-a', { revision: 1, verdict: 'request_changes', reason: 'say when' });
  await row('envelope_signed', 's1', 'approver-a', { revision: 1, verdict: 'reject', reason: 'from the Temporal UI' });
  await row('client_link_created', 'l1', 'ops-a', {
    item: 'open-day',
    reason: 'music licence of open-day, until 2026-11-28T14:48:10.260Z',
  });
  await row('gate_opened', 'o2', 'engine', { revision: 2, evidence: evidence('Come in May') });
});
afterAll(() => school.close());

const open = async (person: string, path = PATH): Promise<string> => (await (await school.desk.signedIn(person)).get(path)).text();
const words = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

describe('the page of a gate', () => {
  it('shows what was measured beside its limit, music and declarations, and the account it will hit', async () => {
    const text = words(await open('approver-a'));
    expect(text).toContain('Duration 3 s 5 to 60 s, advised 21 to 34 s no');
    expect(text).toContain('Bit rate 2000 kbps at least 516 kbps yes');
    expect(text).toContain('Picture 720x1280 9:16 from 540x960');
    expect(text).toContain('Music Licensed: No. 4711');
    expect(text).toContain('Declared for the vertical no guaranteed grades');
    expect(text).toContain('Account it will hit 7300000000000100021');
    expect(text).toContain('3 s, 5 to 60 s');
  });

  it('says TikTok’s words in ours, with its own behind; one that nobody foresaw stands alone', async () => {
    const text = words(await open('approver-a', `/tenants/${SLUG}/gates/spark_ads`));
    expect(text).toContain('TikTok says the post is public (HESITATE_RECOMMEND) ');
    expect(text).toContain('TikTok says UNHEARD_OF ');
  });

  it('shows the amount, where it goes, and asks an approver to type it again; not whoever approved already', async () => {
    const path = `/tenants/${SLUG}/gates/initial_funding`;
    const mine = await open('finance-b', path);
    expect(words(mine)).toContain('2500.00 EUR Account it will hit kobi_alpine_school_tiktok, 7300000000000100021');
    expect(words(mine)).toContain('Payment a balance of the account’s own (NON_SHARED)');
    expect(mine).toContain('name="amount"');
    expect(words(mine)).toContain('1 of 2 decisions');
    const voted = await open('finance-a', path);
    expect(voted).toContain('You have decided this revision already');
    expect(voted).not.toContain('name="amount"');
  });

  it('shows the difference to the revision before, refused attempts and the whole history, in words', async () => {
    const text = await open('approver-a');
    const plain = words(text);
    expect(plain).toMatch(/What changed since revision 1 creatives\[open-day\]\.text before: Come\s+now: Come in May/);
    expect(words(/Refused attempts[\s\S]*?<h2>/.exec(text)?.[0] ?? '')).toMatch(
      /ops-a tried to approve Creative policy, revision 1 and was refused/,
    );
    expect(plain).toContain('approver-a asked for changes to Creative policy, revision 1 say when');
    expect(plain).toContain('approver-a took a signature with them to reject Creative policy, revision 1 in the Temporal UI');
    expect(plain).toContain('made a link for the client: open-day music licence of open-day, until 2026-11-28 14:48 UTC');
    expect(text.replaceAll(/<[^>]*>/g, ''), 'no instant as programs write it').not.toMatch(/\d{4}-\d\d-\d\dT/);
    expect(plain).not.toMatch(/decision_|starter_may_not_decide|gate_opened/);
  });

  it('says who may decide and why others may not, and what each button does', async () => {
    expect(words(await open('approver-a'))).toMatch(/Approve exactly these files are uploaded/);
    const others = await open('ops-a');
    expect(others).not.toContain('name="verdict"');
    expect(words(others)).toContain('approver-a : may decide');
    expect(words(others)).toContain('finance-a : They have no role that decides this gate');
  });

  it('is looked after by whoever says so first, until they give it back; each with a row in the ledger', async () => {
    const [approver, ops] = [await school.desk.signedIn('approver-a'), await school.desk.signedIn('ops-a')];
    await Promise.all([approver.get(PATH), ops.get(PATH)]);
    expect((await approver.post(`${PATH}/claim`, { claim: 'yes' })).status).toBe(303);
    const second = await ops.post(`${PATH}/claim`, { claim: 'yes' });
    expect([second.status, await second.text()]).toEqual([409, expect.stringContaining('approver-a was faster')]);
    expect(await (await ops.get('/')).text()).toContain('approver-a looks after it');
    expect((await ops.post(`${PATH}/claim`, { claim: 'no' })).status).toBe(303);
    expect(await (await ops.get('/')).text()).toContain('approver-a looks after it');
    expect((await approver.post(`${PATH}/claim`, { claim: 'no' })).status).toBe(303);
    expect(await (await ops.get('/')).text()).not.toContain('looks after it');
    const rows = await listLedger(school.desk.database.db, { slug: SLUG, kinds: ['gate_claimed', 'gate_unclaimed'] });
    expect(rows.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['gate_claimed', 'approver-a'],
      ['gate_unclaimed', 'approver-a'],
    ]);
  });

  it('takes a comment without deciding, and runs nothing in it', async () => {
    const ops = await school.desk.signedIn('ops-a');
    await ops.get(PATH);
    expect((await ops.post(`${PATH}/comments`, { text: '<script>alert(1)</script>' })).status).toBe(303);
    expect(await open('approver-a')).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('shows times in the viewer’s zone, with UTC on hover', async () => {
    const approver = await school.desk.signedIn('approver-a');
    approver.cookies.set('kobi_zone', 'Europe/Berlin');
    const text = await (await approver.get(PATH)).text();
    expect(text).toContain('<time datetime="2026-03-01T12:00:00.000Z" title="2026-03-01 12:00 UTC">2026-03-01 13:00</time>');
    expect(text).toContain('title="2026-03-03 13:00 (Europe/Berlin), 2026-03-03 12:00 UTC">in 2 days</time>');
  });
});
