import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, jsonLine, startChild } from '../../scripts/stack/child.js';
import { eventSettingsSchema } from '../../src/contract/event-settings.js';
import { freePort } from '../../src/process/free-port.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.js';
import { makeEventDays } from '../../src/store/event-days.js';
import { saveEventSettings } from '../../src/store/event-settings.js';
import { createWriteKey } from '../../src/store/event-write-keys.js';
import { migrateToLatest } from '../../src/store/migrations.js';
import { createTikTokClient } from '../../src/tiktok/client.js';

export const ANSWER_MS = 20;
const BC = '7300000000000000001';
const USER = '7300000000000000010';
const APP = { appId: '7300000000000000900', appSecret: 'sim-secret', accessToken: 'sim-token-kobi-admin' };

export interface Shop {
  readonly slug: string;
  readonly key: string;
  readonly pixelCode: string;
}

export interface EventStack {
  /** Where the events are. */
  readonly db: Database;
  readonly databaseUrl: string;
  readonly gateway: string;
  readonly tiktokUrl: string;
  /** The simulator's own address. */
  readonly simulator: string;
  readonly accessToken: string;
  readonly shops: readonly Shop[];
  /** Pids of everything that works on events, by name. */
  readonly processes: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

async function shopOf(db: Database, apiUrl: string, number: number, now: Date): Promise<Shop> {
  const slug = `bench_${number}`;
  const client = createTikTokClient({ baseUrl: apiUrl, ...APP });
  const { advertiser_id } = await client.advertiserCreate({
    bc_id: BC,
    advertiser_info: { name: slug, currency: 'EUR', timezone: 'Europe/Berlin', type: 'AUCTION' },
    customer_info: { company: 'Kobi GmbH', industry: 290_303, registered_area: 'DE' },
    qualification_info: { qualification_id: '7300000000000000100' },
  });
  await client.assetAssign({ bc_id: BC, user_id: USER, asset_type: 'ADVERTISER', asset_id: advertiser_id, advertiser_role: 'ADMIN' });
  const { pixel_code: pixelCode } = await client.pixelCreate({ advertiser_id, pixel_name: slug, pixel_category: 'ONLINE_STORE' });
  client.close();
  const settings = eventSettingsSchema.parse({
    map_version: 1,
    country: 'DE',
    destinations: { web: { pixel_code: pixelCode, website: 'https://shop.example.org/' } },
  });
  await saveEventSettings(db, slug, { settings, origin: 'people', setBy: 'ops-a', at: now });
  const { key } = await createWriteKey(db, slug, { name: 'benchmark', origins: [], madeBy: 'ops-a', expiresAt: null }, now);
  return { slug, key, pixelCode };
}

/** A PostgreSQL that is brought up to date, and what ends it. */
async function startDatabase(dataFolder: string, stops: (() => unknown)[], onProgress: (line: string) => void) {
  const postgres = await startEmbeddedPostgres({ dataFolder, onProgress });
  stops.push(() => postgres.stop());
  const db = openDatabase(postgres.url, { maxConnections: 4 });
  stops.push(() => db.destroy());
  await migrateToLatest(db);
  return { db, url: postgres.url, pid: postgres.pid };
}

export interface EventStackSettings {
  readonly shops: number;
  /** The events in a PostgreSQL of their own, beside the one of settings, write keys and the limiter. */
  readonly apart: boolean;
  readonly onProgress: (line: string) => void;
}

/** Starts PostgreSQL, the simulator, the gateway and a sender, each as a process of its own, with several tenants. */
export async function startEventStack({ shops, apart, onProgress }: EventStackSettings): Promise<EventStack> {
  const folder = mkdtempSync(join(tmpdir(), 'kobi-bench-events-'));
  chmodSync(folder, 0o755);
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (let next = stops.pop(); next; next = stops.pop()) await next();
  };
  try {
    const main = await startDatabase(join(folder, 'postgres'), stops, onProgress);
    const events = apart ? await startDatabase(join(folder, 'events'), stops, onProgress) : main;
    await makeEventDays(events.db, new Date());
    const start = async (entry: string, env: Readonly<Record<string, string>>, ready: string) => {
      const started = await startChild({
        entry,
        env: {
          KOBI_DEV_ENV: 'off',
          DATABASE_URL: main.url,
          ...(apart ? { KOBI_EVENTS_DATABASE_URL: events.url } : {}),
          KOBI_LOG_LEVEL: 'info',
          ...env,
        },
        logFile: join(folder, `${entry.replaceAll('/', '-')}.log`),
        ready: (line) => (line.includes(ready) ? (jsonLine(line) ?? {}) : null),
      });
      stops.push(() => started.child.stop(20_000));
      return started;
    };
    const simulator = await start(
      'simulator/main.ts',
      { SIMULATOR_ANSWER_DELAY_MS: String(ANSWER_MS), SIMULATOR_RATE_LIMIT: 'off', SIMULATOR_STRICT: 'false' },
      '"simulator"',
    );
    const api = simulator.facts.api ?? '';
    const made: Shop[] = [];
    for (let number = 0; number < shops; number += 1) made.push(await shopOf(main.db, api, number, new Date()));
    const gateway = await start(
      'src/gateway.ts',
      {
        KOBI_GATEWAY_PORT: String(await freePort()),
        KOBI_GATEWAY_EVENTS_PER_MINUTE: '100000000',
        KOBI_GATEWAY_UPLOADS: join(folder, 'uploads'),
      },
      'the gateway takes events in',
    );
    const sender = await start(
      'src/sender.ts',
      {
        TIKTOK_BASE_URL: api,
        TIKTOK_APP_ID: APP.appId,
        TIKTOK_APP_SECRET: APP.appSecret,
        TIKTOK_ACCESS_TOKEN: APP.accessToken,
        KOBI_SENDER_HEALTH_PORT: '0',
        KOBI_SENDER_METRICS_PORT: '0',
      },
      'the sender sends',
    );
    const pid = ({ child }: { readonly child: Child }): number => child.process.pid ?? 0;
    return {
      db: events.db,
      databaseUrl: events.url,
      gateway: gateway.facts.gateway ?? '',
      tiktokUrl: api,
      simulator: simulator.facts.simulator ?? '',
      accessToken: APP.accessToken,
      shops: made,
      processes: {
        gateway: pid(gateway),
        sender: pid(sender),
        postgres: main.pid,
        ...(apart ? { 'postgres of the events': events.pid } : {}),
        simulator: pid(simulator),
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
