import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.js';
import { usePostgres } from '../store/postgres.js';
import { type Answered, ask, keyFor, order, rowsOf, send, startGateway, tenantWith } from './running.js';

const postgres = usePostgres();
let db: Database;
beforeAll(async () => {
  db = await postgres.open();
}, 120_000);

describe('while the database is away', () => {
  it('nothing is acknowledged, senders are told to come again, and what they send again is there once', { timeout: 120_000 }, async () => {
    await tenantWith(db, 'shop_a');
    const key = await keyFor(db, 'shop_a');
    const gateway = await startGateway(db);
    const to = `${gateway.url}/v1/events/shop_a`;
    const batches = Array.from({ length: 120 }, (_, nth) => Array.from({ length: 10 }, (_each, index) => order(`o-${nth}-${index}`)));
    const during: Promise<Answered>[] = [];
    for (const batch of batches.slice(0, 60)) during.push(send(to, key, batch));
    await during[0];
    const stopping = postgres.stop();
    for (const batch of batches.slice(60)) during.push(send(to, key, batch));
    await stopping;
    const answers = await Promise.all(during);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));

    const away = await send(to, key, order('away'));
    expect([away.status, away.refusal().code]).toEqual([503, 'database_away']);
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(`${gateway.url}/readyz`, {})).status).toBe(503);
    expect((await ask(`${gateway.url}/healthz`, {})).status).toBe(200);

    await postgres.start();
    const stored = new Set<string | null>((await rowsOf(db, 'shop_a')).map(({ id }) => id));
    const acknowledged = answers.flatMap((answer) => (answer.status === 200 ? answer.answers().results.map(({ id }) => id) : []));
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    for (const batch of batches) expect((await send(to, key, batch)).status).toBe(200);
    expect((await send(to, key, order('away'))).answers().results).toMatchObject([{ status: 'accepted', repeated: false }]);
    expect(await rowsOf(db, 'shop_a')).toHaveLength(1_201);
    expect(gateway.logged()).not.toContain('person-a');
    await gateway.close();
  });
});
