import { beforeEach, describe, expect, it } from 'vitest';
import { type LedgerLine, useSimulator } from './harness.js';
import { TikTokRequest } from './tiktok-request.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const simulator = useSimulator();
const { admin } = simulator;
const tiktok = new TikTokRequest(() => simulator.apiUrl);

const codes = async (count: number, path = '/bc/get/'): Promise<number[]> => {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) found.push((await tiktok.get(path)).code);
  return found;
};
const bySecond = (lines: readonly LedgerLine[]): (number | null)[][] => {
  const seconds = lines.map((line) => Math.floor(Date.parse(line.at) / SECOND));
  return [...new Set(seconds)].map((second) => lines.filter((_, index) => seconds[index] === second).map((line) => line.code));
};

beforeEach(async () => {
  await admin.reset();
  await admin.settings({ rateLimit: 'off', endpointRateLimits: {} });
});

describe('rate limits (facts 1.4)', () => {
  it('lets three a second through per endpoint, answers 40100 to the rest, and leaves other endpoints alone', async () => {
    await admin.settings({ rateLimit: { qps: 3 } });
    await Promise.all(Array.from({ length: 20 }, () => tiktok.get('/bc/get/')));
    await Promise.all(Array.from({ length: 2 }, () => tiktok.get('/user/info/')));
    for (const second of bySecond(await admin.ledger('?path=/bc/get/'))) {
      expect(second).toEqual(second.map((_, index) => (index < 3 ? 0 : 40100)));
    }
    expect(await admin.ledger('?path=/bc/get/&code=40100')).not.toEqual([]);
    expect((await admin.ledger('?path=/user/info/')).map((line) => line.code)).toEqual([0, 0]);
  });

  it('opens again with the next second, and says nothing of when', async () => {
    await admin.settings({ rateLimit: { qps: 1 } });
    await admin.toStartOf(SECOND);
    await Promise.all([tiktok.get('/bc/get/'), tiktok.get('/bc/get/')]);
    await admin.advance(SECOND);
    const next = await tiktok.raw('GET', '/bc/get/');
    expect(await next.json()).toMatchObject({ code: 0 });
    expect([...next.headers.keys()].filter((name) => /limit|retry/i.test(name))).toEqual([]);
  });

  it('closes for five minutes after the minute was used up', async () => {
    await admin.settings({ rateLimit: { qps: 1000, qpm: 4 } });
    await admin.toStartOf(MINUTE);
    expect(await codes(5)).toEqual([0, 0, 0, 0, 40100]);
    await admin.advance(MINUTE);
    expect(await codes(1)).toEqual([40100]);
    await admin.advance(4 * MINUTE);
    expect(await codes(1)).toEqual([0]);
  });

  it('closes until midnight UTC after the day was used up', async () => {
    await admin.settings({ rateLimit: { qps: 1000, qpm: 1000, qpd: 2 } });
    await admin.toStartOf(24 * HOUR);
    expect(await codes(3)).toEqual([0, 0, 40100]);
    await admin.advance(23 * HOUR);
    expect(await codes(1)).toEqual([40100]);
    await admin.advance(HOUR);
    expect(await codes(1)).toEqual([0]);
  });

  it('can differ for one endpoint', async () => {
    await admin.settings({ endpointRateLimits: { '/bc/get/': { qps: 1 } } });
    await admin.toStartOf(MINUTE);
    await Promise.all([1, 2, 3, 4, 5].map(() => tiktok.get('/bc/get/')));
    expect((await admin.ledger('?path=/bc/get/&code=40100')).length).toBeGreaterThan(0);
    expect(await codes(30, '/user/info/')).toEqual(Array.from({ length: 30 }, () => 0));
    expect(await admin.ok('GET', 'settings')).toMatchObject({ rateLimit: 'off', endpointRateLimits: { '/bc/get/': { qps: 1 } } });
  });

  it('changes nothing for a throttled write', async () => {
    await admin.settings({ rateLimit: { qps: 1000, qpm: 1 } });
    await admin.toStartOf(MINUTE);
    const invite = { bc_id: '7300000000000000001', emails: ['one@example.org'] };
    expect((await tiktok.post('/bc/member/invite/', invite)).code).toBe(0);
    expect((await tiktok.post('/bc/member/invite/', { ...invite, emails: ['two@example.org'] })).code).toBe(40100);
    expect(await admin.ledger('?path=/bc/member/invite/&committed=true')).toHaveLength(1);
  });
});
