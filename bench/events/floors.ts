import { createHash } from 'node:crypto';
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import axios from 'axios';
import { sql } from 'kysely';
import { z } from 'zod';
import type { EventStack } from './stack.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const envelope = z.object({ code: z.literal(0) });

export interface Floor {
  readonly events: number;
  readonly seconds: number;
  readonly perSecond: number;
}

/** The bare COPY of the rows that the run has stored into a table without an index, by PostgreSQL from its own file. */
export async function copyFloor({ db }: EventStack): Promise<Floor> {
  const folder = mkdtempSync(join(tmpdir(), 'kobi-bench-copy-'));
  chmodSync(folder, 0o777);
  const file = sql.lit(join(folder, 'events'));
  try {
    await sql`create table copied (like events)`.execute(db);
    await sql`copy (select * from events limit 100000) to ${file}`.execute(db);
    const began = performance.now();
    await sql`copy copied from ${file}`.execute(db);
    const seconds = (performance.now() - began) / 1_000;
    const { rows } = await sql<{ count: string }>`select count(*) as count from copied`.execute(db);
    const count = Number(rows[0]?.count ?? 0);
    await sql`drop table copied`.execute(db);
    return { events: count, seconds, perSecond: count / seconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A loop in one process that hashes three identifiers of each event and posts 1,000 at a time to TikTok, several in flight: no map, no store. */
export async function postFloor(
  { tiktokUrl, accessToken, shops }: EventStack,
  { events, inFlight }: { readonly events: number; readonly inFlight: number },
): Promise<Floor> {
  const [shop] = shops;
  if (!shop) throw new Error('there is no pixel to post to');
  const http = axios.create({ httpAgent: new Agent({ keepAlive: true, maxSockets: inFlight }), maxBodyLength: Infinity });
  const perRequest = 1_000;
  const requests = Math.ceil(events / perRequest);
  const time = Math.floor(Date.now() / 1_000);
  const event = (number: number): object => ({
    event: 'Purchase',
    event_time: time,
    event_id: `floor-${number}`,
    user: {
      email: sha256(`buyer-${number}@example.org`),
      phone: sha256(`+4915112${number}`),
      external_id: sha256(`customer-${number}`),
      ttclid: `E.C.P.floor${number}`,
      ip: '81.20.1.1',
      user_agent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    },
    properties: {
      currency: 'EUR',
      value: 104.9,
      order_id: `floor-${number}`,
      content_type: 'product',
      contents: [
        { content_id: 'SKU-1001', content_name: 'Rain jacket', brand: 'Peak', content_category: 'Jackets', price: 79.9, quantity: 1 },
        { content_id: 'SKU-2002', content_name: 'Wool socks', price: 12.5, quantity: 2 },
      ],
    },
    page: { url: `https://shop.example.org/thanks/${number}` },
  });
  let next = 0;
  const began = performance.now();
  const lane = async (): Promise<void> => {
    for (let index = next++; index < requests; index = next++) {
      const data = Array.from({ length: perRequest }, (_, offset) => event(index * perRequest + offset));
      const body = { event_source: 'web', event_source_id: shop.pixelCode, data };
      const answered = await http.post<unknown>(`${tiktokUrl}/event/track/`, body, { headers: { 'Access-Token': accessToken } });
      envelope.parse(answered.data);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - began) / 1_000;
  return { events: requests * perRequest, seconds, perSecond: (requests * perRequest) / seconds };
}
