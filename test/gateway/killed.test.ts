import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { GatewayProcess } from './gateway-process.js';
import { ask, type Answered, keyFor, order, rowsOf, send, tenantWith } from './running.js';
import { csv, uploader, uploadOf } from './uploading.js';

let fresh: FreshDatabase;
let gateway: GatewayProcess;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterEach(() => gateway.close());
afterAll(() => fresh.close());

/** Batches of 20 purchases each. */
const batch = (nth: number, of = 'o') => Array.from({ length: 20 }, (_, index) => order(`${of}-${nth}-${index}`));

describe('a gateway that is killed', () => {
  it('in the middle of batches has stored whatever it acknowledged; sent again, everything is there once', {
    timeout: 120_000,
  }, async () => {
    await tenantWith(fresh.db, 'shop_a');
    const key = await keyFor(fresh.db, 'shop_a');
    gateway = await GatewayProcess.start(fresh.url);
    const to = `${gateway.url}/v1/events/shop_a`;
    const acknowledged: string[] = [];
    let answered = 0;
    let dying: Promise<unknown> | undefined;
    const sender = async (first: number) => {
      for (let nth = first; nth < 120; nth += 8) {
        const answer: Answered | undefined = await send(to, key, batch(nth)).catch(() => undefined);
        if (answer?.status !== 200) continue;
        answered += 1;
        acknowledged.push(...answer.answers().results.flatMap(({ id }) => id ?? []));
        if (answered === 20) dying = gateway.stop('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, first) => sender(first)));
    expect(await dying).toBe('SIGKILL');
    expect(answered).toBeLessThan(120);
    const stored = new Set((await rowsOf(fresh.db, 'shop_a')).map(({ id }) => id));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);

    await gateway.startAgain();
    for (let nth = 0; nth < 120; nth += 1) expect((await send(to, key, batch(nth))).status).toBe(200);
    const rows = await rowsOf(fresh.db, 'shop_a');
    expect(rows).toHaveLength(2_400);
    expect(new Set(rows.map(({ event_id }) => event_id)).size).toBe(2_400);
  });

  it('in the middle of an import goes on behind its last batch, and takes every row in once', { timeout: 180_000 }, async () => {
    await tenantWith(fresh.db, 'shop_b');
    gateway = await GatewayProcess.start(fresh.url);
    const shop = uploader(gateway.url, 'shop_b', await keyFor(fresh.db, 'shop_b'));
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const good = (index: number): string => `purchase,${at},person-${index}@example.org,i-${index}`;
    const file = csv(
      'event,time,email,order_id',
      ...Array.from({ length: 8_000 }, (_, index) => (index % 1_000 === 500 ? `purchase,${at},,i-${index}` : good(index))),
    );
    const { id } = uploadOf((await shop.announce(file)).text);
    const linesDone = async () => {
      const row = await fresh.db.selectFrom('event_uploads').select(['lines_done', 'state']).where('id', '=', id).executeTakeFirstOrThrow();
      return row.state === 'done' ? Number.POSITIVE_INFINITY : Number(row.lines_done);
    };
    await shop.append(id, Uint8Array.from(file), 0, file.length);
    while ((await linesDone()) < 2_000) await delay(5);
    await gateway.stop('SIGKILL');
    const killedAt = await linesDone();
    expect(killedAt).toBeLessThan(8_001);

    await gateway.startAgain();
    const done = await shop.untilOver(id);
    expect(done).toMatchObject({ state: 'done', counts: { rows: 8_000, accepted: 7_992, repeated: 0, refused: 8 } });
    expect(done.errors.map(({ line }) => line)).toEqual(Array.from({ length: 8 }, (_, index) => index * 1_000 + 502));
    // What is refused stands in the ledger once too.
    const rows = await rowsOf(fresh.db, 'shop_b');
    expect([rows.length, rows.filter(({ state }) => state === 'waiting').length]).toEqual([8_000, 7_992]);
  });

  it('gently answers what is at work, takes nothing more, and ends with 0', { timeout: 60_000 }, async () => {
    await tenantWith(fresh.db, 'shop_c');
    const key = await keyFor(fresh.db, 'shop_c');
    gateway = await GatewayProcess.start(fresh.url);
    const to = `${gateway.url}/v1/events/shop_c`;
    const asked = Array.from({ length: 40 }, (_, nth) => send(to, key, batch(nth, 'gentle')).catch(() => undefined));
    await Promise.race(asked);
    expect(await gateway.stop('SIGTERM')).toBe(0);
    const acknowledged = (await Promise.all(asked)).flatMap((answer) =>
      answer?.status === 200 ? answer.answers().results.map(({ id }) => id) : [],
    );
    expect(acknowledged.length).toBeGreaterThan(0);
    const stored = new Set<string | null>((await rowsOf(fresh.db, 'shop_c')).map(({ id }) => id));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    await expect(ask(`${gateway.url}/healthz`, {})).rejects.toThrow();
    for (const secret of [key, 'person-a', '12345678']) expect(gateway.output).not.toContain(secret);
  });
});

describe('a gateway', () => {
  it('with wrong settings tells every fault at once, without a value', async () => {
    gateway = await GatewayProcess.start(fresh.url);
    const wrong = { KOBI_GATEWAY_PORT: '99999', KOBI_GATEWAY_BODY_MB: '0', DATABASE_URL: 'mysql://kobi:canary@example.org/kobi' };
    const failed = await GatewayProcess.start(fresh.url, wrong).then(() => '', String);
    for (const name of Object.keys(wrong)) expect(failed).toContain(name);
    expect(failed).not.toContain('canary');
  });
});
