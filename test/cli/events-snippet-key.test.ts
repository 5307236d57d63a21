import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWriteKey, revokeWriteKey } from '../../src/store/event-write-keys.js';
import { keyFor, tenantWith } from '../gateway/running.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { kobi, NOBODY_THERE } from './kobi.js';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
  await tenantWith(fresh.db, 'shop_a', { consent: 'required' });
  await tenantWith(fresh.db, 'shop_b');
});
afterAll(() => fresh.close());

const snippet = (key: string, gateway = 'https://events.example.org') =>
  kobi(['events', 'snippet', 'shop_a', '--gateway', gateway, '--key', key], { ...NOBODY_THERE, DATABASE_URL: fresh.url });
const PAGE = { origins: ['https://shop.example.org'] };

describe('the write key in a snippet', () => {
  it('is one for pages, and the rest follows from the event settings that are kept', async () => {
    const key = await keyFor(fresh.db, 'shop_a', PAGE);
    const ran = await snippet(key);
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain(`"key":"${key}"`);
    expect(ran.stdout).toContain('"consent":"required"');
    expect(ran.stderr).toContain('nothing is sent before the page grants ad_storage and ad_user_data');
  });

  it('is never one for servers, which everybody could read in the page', async () => {
    const ran = await snippet(await keyFor(fresh.db, 'shop_a'));
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain('it is for servers');
  });

  it.each(['revoked', 'unknown', "another tenant's"])('is not accepted when it is %s, and is not repeated', async (kind) => {
    const about = { name: 'pages', madeBy: 'ops-a', expiresAt: null, ...PAGE };
    const made = await createWriteKey(fresh.db, kind === "another tenant's" ? 'shop_b' : 'shop_a', about, new Date());
    if (kind === 'revoked') await revokeWriteKey(fresh.db, 'shop_a', made.id, 'ops-a', new Date());
    const key = kind === 'unknown' ? `${made.key}x` : made.key;
    const ran = await snippet(key);
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain('opens nothing of shop_a');
    expect(ran.stderr).toContain('kobi events keys create shop_a');
    expect(ran.stderr).not.toContain(key);
  });
});
