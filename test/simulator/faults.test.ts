import { beforeEach, describe, expect, it } from 'vitest';
import { accountsMade, accountsNamed, createAccount, newAccount, reachableAccount } from './accounts.js';
import { useSimulator } from './harness.js';
import { at, TikTokRequest } from './tiktok-request.js';

const simulator = useSimulator();
const { admin } = simulator;
const tiktok = new TikTokRequest(() => simulator.apiUrl);
const CREATE = '/bc/advertiser/create/';
const rawCreate = (): Promise<Response> => tiktok.raw('POST', CREATE, JSON.stringify(newAccount('kobi_shop_tiktok')));

/** The fault fired on exactly the requests that the ledger shows with it. */
async function expectFired(fault: string, times = 1): Promise<void> {
  const hit = (await admin.ledger()).filter((line) => line.fault === fault);
  expect(hit).toHaveLength(times);
  const recorded = (await admin.faults()).find((item) => item.fault === fault);
  expect(recorded?.fired.map((item) => item.requestId)).toEqual(hit.map((line) => line.requestId));
}

beforeEach(() => admin.reset());

describe('faults', () => {
  it.each([
    ['drop', 0],
    ['commit-then-drop', 1],
  ])('%s ends the connection without an answer; accounts made: %i', async (fault, made) => {
    await admin.fault(CREATE, fault);
    await expect(rawCreate()).rejects.toThrow('fetch failed');
    expect(await accountsMade(admin)).toBe(made);
    expect(await accountsNamed(tiktok, 'kobi_shop_tiktok')).toBe(made);
    await expectFired(fault);
    expect((await createAccount(tiktok, 'kobi_shop_tiktok')).code).toBe(0);
  });

  it.each([
    ['code=40100', 40100, 'Too many requests. Please retry in some seconds.', 0],
    ['commit-then-code=50000', 50_000, 'System error.', 1],
  ])('%s answers the code; accounts made: %i', async (fault, code, message, made) => {
    await admin.fault(CREATE, fault);
    expect(await createAccount(tiktok, 'kobi_shop_tiktok')).toMatchObject({ status: 200, code, message, data: {} });
    expect(await accountsMade(admin)).toBe(made);
    await expectFired(fault);
  });

  it.each([
    ['http=502', 502, 0],
    ['commit-then-http=502', 502, 1],
    ['html', 200, 0],
  ])('%s answers a page of a gateway; accounts made: %i', async (fault, status, made) => {
    await admin.fault(CREATE, fault);
    const response = await rawCreate();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toMatch(/^<(!DOCTYPE )?html/);
    expect(await accountsMade(admin)).toBe(made);
    await expectFired(fault);
  });

  it('cut-json breaks the answer off in the middle of a request that was carried out', async () => {
    await admin.fault(CREATE, 'cut-json');
    const text = await (await rawCreate()).text();
    expect(text).toMatch(/^\{"code":0/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(await accountsMade(admin)).toBe(1);
    await expectFired('cut-json');
  });

  it('drip sends the answer in small pieces, whole in the end', async () => {
    await admin.fault(CREATE, 'drip', { ms: 1 });
    const response = await rawCreate();
    const decoder = new TextDecoder();
    let [pieces, text] = [0, ''];
    for await (const piece of response.body ?? []) {
      pieces += 1;
      text += decoder.decode(piece, { stream: true });
    }
    expect(pieces).toBeGreaterThan(1);
    expect(JSON.parse(text)).toMatchObject({ code: 0 });
    await expectFired('drip');
  });

  it('slow carries the request out at once and answers too late', async () => {
    await admin.fault(CREATE, 'slow=60000');
    const abort = new AbortController();
    const answer = fetch(`${simulator.apiUrl}${CREATE}`, {
      method: 'POST',
      headers: { 'Access-Token': 'sim-token-kobi-admin' },
      body: JSON.stringify(newAccount('kobi_shop_tiktok')),
      signal: abort.signal,
    });
    await expect.poll(() => accountsMade(admin)).toBe(1);
    abort.abort();
    await expect(answer).rejects.toThrow('aborted');
    await expectFired('slow=60000');
  });

  it('visible-after=30s hides what was made from reads until then', async () => {
    await admin.fault(CREATE, 'visible-after=30s');
    expect((await createAccount(tiktok, 'kobi_shop_tiktok')).code).toBe(0);
    await admin.advance(29_000);
    expect(await accountsNamed(tiktok, 'kobi_shop_tiktok')).toBe(0);
    await admin.advance(2000);
    expect(await accountsNamed(tiktok, 'kobi_shop_tiktok')).toBe(1);
    await expectFired('visible-after=30s');
  });

  it('revoke-token makes the token useless from that request on', async () => {
    await admin.fault('/bc/get/', 'revoke-token');
    expect((await tiktok.get('/user/info/')).code).toBe(0);
    expect((await tiktok.get('/bc/get/')).code).toBe(40105);
    expect((await tiktok.get('/user/info/')).code).toBe(40105);
    await expectFired('revoke-token');
  });

  it('reject-review ends the review of the account made by that request with a reason', async () => {
    await admin.fault(CREATE, 'reject-review');
    const id = await reachableAccount(tiktok, 'kobi_shop_tiktok');
    const refused = at((await tiktok.get('/advertiser/info/', { advertiser_ids: [id] })).data, 'list.0');
    expect(refused).toMatchObject({ status: 'STATUS_CONFIRM_FAIL' });
    expect(at(refused, 'rejection_reason')).not.toBe('');
    await expectFired('reject-review');
  });
});

describe('when a fault fires', () => {
  const codes = async (count: number): Promise<number[]> => {
    const found: number[] = [];
    for (let index = 0; index < count; index += 1) found.push((await tiktok.get('/bc/get/')).code);
    return found;
  };

  it('once by default, `times` often, or until it is removed', async () => {
    await admin.fault('/bc/get/', 'code=50000');
    expect(await codes(3)).toEqual([50_000, 0, 0]);
    await admin.fault('/bc/get/', 'code=50002', { times: 2, after: 1 });
    expect(await codes(4)).toEqual([0, 50_002, 50_002, 0]);
    const endless = at(await admin.fault('*', 'code=51010', { times: null }), 'id');
    expect(await codes(2)).toEqual([51_010, 51_010]);
    expect(await admin.faults()).toMatchObject([{ spent: true }, { spent: true }, { spent: false }]);
    await admin.ok('DELETE', `faults/${String(endless)}`);
    expect(await codes(1)).toEqual([0]);
  });

  it('only on requests that contain `match`', async () => {
    await admin.fault(CREATE, 'code=50000', { match: 'kobi_one_', times: null });
    expect((await createAccount(tiktok, 'kobi_two_tiktok')).code).toBe(0);
    expect((await createAccount(tiktok, 'kobi_one_tiktok')).code).toBe(50_000);
    expect(await admin.ledger('?tenant=one&code=50000')).toHaveLength(1);
  });

  it('by chance, but the same chance for the same seed', async () => {
    const draw = async (seed: number): Promise<number[]> => {
      await admin.ok('DELETE', 'faults');
      await admin.fault('/bc/get/', 'code=50000', { probability: 0.5, seed, times: null });
      return codes(20);
    };
    const first = await draw(7);
    expect(new Set(first)).toEqual(new Set([0, 50_000]));
    expect(await draw(7)).toEqual(first);
    expect(await draw(8)).not.toEqual(first);
  });

  it('an unknown fault is refused with the place of the mistake', async () => {
    const { status, json } = await admin.request('POST', 'faults', { endpoint: '/bc/get/', fault: 'explode' });
    expect(status).toBe(400);
    expect(at(json, 'issues.0')).toMatchObject({ path: ['fault'], message: 'unknown fault' });
    expect((await admin.request('POST', 'faults', { endpoint: '/bc/gte/', fault: 'drop' })).status).toBe(400);
  });
});
