import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Child, jsonLine, startChild } from '../../../scripts/stack/child.js';
import type { Database } from '../../../src/store/database.js';
import { counts, purchase, purchases, settled, type Shop, until, useSending } from './rig.js';

const rig = useSending();
const folder = mkdtempSync(join(tmpdir(), 'kobi-senders-'));
const children: Child[] = [];
let db: Database;
let url: string;
beforeAll(async () => {
  db = await rig.postgres.open();
  url = rig.postgres.url('kobi_1');
}, 120_000);
afterAll(async () => {
  for (const child of children) {
    child.process.kill('SIGKILL');
    await child.ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function sender(sending: object = {}): Promise<Child> {
  const { child } = await startChild({
    entry: 'src/sender.ts',
    env: {
      KOBI_DEV_ENV: 'off',
      DATABASE_URL: url,
      TIKTOK_BASE_URL: rig.simulator.apiUrl,
      TIKTOK_APP_ID: '7300000000000000900',
      TIKTOK_APP_SECRET: 'sim-secret',
      TIKTOK_ACCESS_TOKEN: 'sim-token-kobi-admin',
      TIKTOK_RATE_LEVEL: 'off',
      KOBI_EVENTS_RATE: 'off',
      KOBI_SENDER_HEALTH_PORT: '0',
      KOBI_SENDER_METRICS_PORT: '0',
      KOBI_SENDING: JSON.stringify({ batch: 100, leaseMs: 1_500, breakerFirstMs: 50, breakerLongestMs: 100, firstRetryMs: 10, ...sending }),
    },
    logFile: join(folder, 'sender.log'),
    ready: (line) => (line.includes('the sender sends') ? (jsonLine(line) ?? {}) : null),
  });
  children.push(child);
  return child;
}

async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL');
  await child.ended;
}

/** Everything that was acknowledged is somewhere, and what TikTok saw twice is a repetition that the record explains. */
async function accountsFor(shop: Shop, acknowledged: number): Promise<void> {
  const { sent = 0, parked = 0, waiting = 0 } = await counts(db, shop.slug);
  expect(sent + parked + waiting).toBe(acknowledged);
  const { ids, repeated } = await rig.taken(shop.pixelCode);
  expect(new Set(ids).size).toBe(ids.length);
  const uncertain = await db
    .selectFrom('event_attempts')
    .select('event_rows')
    .where('event_source_id', '=', shop.pixelCode)
    .where('certain', '=', false)
    .execute();
  const proven = new Set(uncertain.flatMap(({ event_rows }) => event_rows));
  const rows = await db.selectFrom('events').select(['id', 'event_id']).where('slug', '=', shop.slug).execute();
  for (const { id, event_id } of rows) if (repeated.includes(event_id ?? '')) expect(proven).toContain(id);
}

describe('a sender that is killed', () => {
  it('while TikTok holds its answers back, having taken the events: they go again after the lease, and count once', {
    timeout: 120_000,
  }, async () => {
    const shop = await rig.shop(db);
    await shop.takeIn(purchases(1_000));
    await rig.simulator.admin.fault('/event/track/', 'hold-answer', { match: shop.pixelCode, times: 4, after: 2 });
    const first = await sender();
    await until('TikTok holds answers', async () => (await rig.taken(shop.pixelCode)).ids.length >= 400);
    await kill(first);
    await accountsFor(shop, 1_000);
    await rig.simulator.admin.ok('DELETE', 'faults');
    const second = await sender();
    await settled(db, shop.slug);
    expect(await second.stop()).toBe(0);
    expect(await counts(db, shop.slug)).toEqual({ sent: 1_000 });
    expect((await rig.taken(shop.pixelCode)).repeated.length).toBeGreaterThan(0);
    await accountsFor(shop, 1_000);
  });

  it('with the events claimed and the answer not there yet, TikTok having taken nothing', { timeout: 120_000 }, async () => {
    const shop = await rig.shop(db);
    await shop.takeIn(purchases(300));
    await rig.simulator.admin.fault('/event/track/', 'http=502', { match: shop.pixelCode, times: null });
    await rig.simulator.admin.fault('/event/track/', 'slow', { match: shop.pixelCode, times: null, ms: 60_000 });
    const first = await sender();
    await until('events are claimed', async () => {
      const leased = await db
        .selectFrom('events')
        .select('id')
        .where('slug', '=', shop.slug)
        .where('leased_until', 'is not', null)
        .execute();
      return leased.length >= 100;
    });
    await kill(first);
    await accountsFor(shop, 300);
    await rig.simulator.admin.ok('DELETE', 'faults');
    const second = await sender();
    await settled(db, shop.slug);
    expect(await second.stop()).toBe(0);
    expect(await counts(db, shop.slug)).toEqual({ sent: 300 });
    await accountsFor(shop, 300);
  });

  it('again and again at any moment, with another beside it: nothing is lost and nothing unexplained', { timeout: 180_000 }, async () => {
    const shop = await rig.shop(db);
    await rig.simulator.admin.fault('/event/track/', 'commit-then-drop', { match: shop.pixelCode, times: null, probability: 0.1, seed: 7 });
    await rig.simulator.admin.fault('/event/track/', 'code=40002', { match: '"k-17"', times: null });
    const steady = await sender({ batch: 50 });
    let taken = 0;
    for (let round = 0; round < 5; round += 1) {
      const mortal = await sender({ batch: 50 });
      await shop.takeIn(Array.from({ length: 600 }, (_, index) => purchase(`k-${taken + index}`)));
      taken += 600;
      await until('some are sent', async () => ((await counts(db, shop.slug)).sent ?? 0) > taken - 500);
      await kill(mortal);
      await accountsFor(shop, taken);
    }
    await settled(db, shop.slug);
    expect(await steady.stop()).toBe(0);
    expect(await counts(db, shop.slug)).toEqual({ sent: taken - 1, parked: 1 });
    await accountsFor(shop, taken);
    await rig.simulator.admin.ok('DELETE', 'faults');
  });
});

describe('a sender that is stopped', () => {
  it('finishes what it is sending, gives the rest back, and exits 0', { timeout: 120_000 }, async () => {
    const shop = await rig.shop(db);
    await shop.takeIn(purchases(2_000));
    await rig.simulator.admin.fault('/event/track/', 'slow', { match: shop.pixelCode, times: null, ms: 150 });
    const child = await sender({ batch: 20, inFlight: 2 });
    await until('some are sent', async () => ((await counts(db, shop.slug)).sent ?? 0) > 0);
    expect(await child.stop()).toBe(0);
    const { sent = 0, waiting = 0 } = await counts(db, shop.slug);
    expect(waiting).toBeGreaterThan(0);
    expect(sent + waiting).toBe(2_000);
    expect((await rig.taken(shop.pixelCode)).ids).toHaveLength(sent);
    const leased = await db.selectFrom('events').select('id').where('slug', '=', shop.slug).where('leased_until', 'is not', null).execute();
    expect(leased).toEqual([]);
    await rig.simulator.admin.ok('DELETE', 'faults');
  });
});
