import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../simulator/server.js';
import { accountsNamed, BC, createAccount } from './accounts.js';
import { Admin, useSimulator } from './harness.js';
import { at, TikTokRequest } from './tiktok-request.js';

const NAME = 'kobi_school_tiktok';
const folder = mkdtempSync(join(tmpdir(), 'simulator-state-'));
const simulator = useSimulator();
const { admin } = simulator;
const tiktok = new TikTokRequest(() => simulator.apiUrl);

afterAll(() => rmSync(folder, { recursive: true }));

describe('reset and seed', () => {
  beforeEach(() => admin.reset());

  it('reset forgets accounts, ledger, faults, clock and the use of limits', async () => {
    await createAccount(tiktok, NAME);
    await admin.fault('/bc/get/', 'code=50000');
    await admin.advance(86_400_000);
    await admin.reset();
    expect(await admin.ledger()).toEqual([]);
    expect(await admin.faults()).toEqual([]);
    expect(await accountsNamed(tiktok, NAME)).toBe(0);
    expect(Math.abs((await admin.advance(0)) - Date.now())).toBeLessThan(3_600_000);
  });

  it('a seed replaces what it names and keeps the rest of the default', async () => {
    await admin.ok('POST', 'seed', { businessCenters: [{ bcId: BC, name: 'Other', currency: 'USD', verificationStatus: 'EXPIRED' }] });
    expect((await tiktok.get('/bc/get/')).data).toMatchObject({
      list: [{ bc_info: { name: 'Other', currency: 'USD', verification_status: 'EXPIRED' }, user_role: 'ADMIN' }],
    });
    expect(await createAccount(tiktok, NAME)).toMatchObject({ code: 40002, message: expect.stringContaining('currency') });
    expect((await tiktok.get('/bc/billing_group/get/', { bc_id: BC })).data).toMatchObject({
      list: [{ billing_group_name: 'Kobi monthly' }],
    });
  });

  it('the clock runs faster when asked', async () => {
    await admin.ok('POST', 'clock', { scale: 1_000_000 });
    const first = await admin.advance(0);
    await expect.poll(() => admin.advance(0)).toBeGreaterThan(first + 60_000);
  });
});

describe('the state file', () => {
  it('keeps accounts, ledger, ids and the moved clock over a restart', async () => {
    const stateFile = join(folder, 'kept.json');
    const before = await startSimulator({ stateFile, rateLimit: 'off' });
    const first = await createAccount(new TikTokRequest(() => before.apiUrl), NAME);
    const moved = await new Admin(() => before.url).advance(86_400_000);
    await before.close();

    const after = await startSimulator({ stateFile, rateLimit: 'off' });
    const [again, adminAgain] = [new TikTokRequest(() => after.apiUrl), new Admin(() => after.url)];
    expect(await accountsNamed(again, NAME)).toBe(1);
    expect(await adminAgain.ledger('?committed=true')).toHaveLength(1);
    expect(await adminAgain.advance(0)).toBeGreaterThanOrEqual(moved);
    const second = await createAccount(again, NAME);
    expect(at(second.data, 'advertiser_id')).not.toBe(at(first.data, 'advertiser_id'));
    expect(second.requestId).not.toBe(first.requestId);
    await after.close();
  });

  it('is never overwritten when it is not ours', async () => {
    const stateFile = join(folder, 'foreign.json');
    writeFileSync(stateFile, '{"version":9}');
    await expect(startSimulator({ stateFile })).rejects.toThrow(stateFile);
    expect(readFileSync(stateFile, 'utf8')).toBe('{"version":9}');
  });
});

describe('settings of a start', () => {
  it('answers token failures with 401 when asked, since sources disagree (facts 15)', async () => {
    const strange = await startSimulator({ authFailureStatus: 401 });
    const refused = await new TikTokRequest(() => strange.apiUrl, 'no-such-token').get('/bc/get/');
    expect(refused).toMatchObject({ status: 401, code: 40105 });
    await strange.close();
  });

  it('lists no violations when it is not strict', async () => {
    const lax = await startSimulator({ strict: false });
    await new TikTokRequest(() => lax.apiUrl).get('/bc/get/', { nosuch: '1' });
    expect(await new Admin(() => lax.url).violations()).toEqual([]);
    await lax.close();
  });
});
