import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { type Child, jsonLine, startChild } from '../scripts/stack/child.js';
import { pixelCodeOf } from '../scripts/stack/pixel-codes.js';
import { freePort } from '../src/process/free-port.js';
import { type Database, openDatabase } from '../src/store/database.js';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.js';
import { migrateToLatest } from '../src/store/migrations.js';
import { connectTemporal } from '../src/temporal/connection.js';
import { startLocalTemporal } from '../src/temporal/local-server.js';
import { startTemporalOnPostgres } from '../src/temporal/postgres-server.js';
import { ensureSearchAttributes } from '../src/temporal/search-attributes.js';
import { serveBenchSite } from './site.js';
import { SITE } from './school.js';
import { type SimulatedTikTok, simulatedTikTok } from './simulated-tiktok.js';

export const STORES = ['sqlite', 'postgres'] as const;
/** Where the Temporal server keeps its state: SQLite in memory, or PostgreSQL. */
export type Store = (typeof STORES)[number];

export type ContenderName = 'engine' | 'bare';

export interface BenchStack {
  readonly store: Store;
  readonly client: Client;
  readonly namespace: string;
  readonly db: Database;
  readonly databaseUrl: string;
  /** A TikTok for each of the two that are compared, so that both may be at work at once. */
  readonly tiktok: Readonly<Record<ContenderName, SimulatedTikTok>>;
  readonly site: string;
  /** Settings of every worker of the one or the other. */
  readonly env: Readonly<Record<ContenderName, Readonly<Record<string, string>>>>;
  /** Pids of what runs all the time, by name. */
  readonly processes: Readonly<Record<string, number>>;
  worker(of: ContenderName, entry: string, env: Readonly<Record<string, string>>): Promise<Child>;
  stop(): Promise<void>;
}

export interface StackSettings {
  readonly store: Store;
  /** Whole numbers of calls per second and endpoint that the engine allows itself, or off. */
  readonly rateLevel?: string;
  /** Settings of every worker, laid over the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onProgress: (line: string) => void;
}

/** Starts server, databases, simulator and landing pages, each as a process of its own except the pages, which are in ours. */
export async function startBenchStack({ store, rateLevel = 'off', env: extra = {}, onProgress }: StackSettings): Promise<BenchStack> {
  const folder = mkdtempSync(join(tmpdir(), 'kobi-bench-'));
  chmodSync(folder, 0o755);
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (let next = stops.pop(); next; next = stops.pop()) await next();
  };
  try {
    const postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'engine'), onProgress });
    stops.push(() => postgres.stop());
    const processes: Record<string, number> = { 'postgres of the engine': postgres.pid };
    const temporal = await startTemporal();
    async function startTemporal() {
      if (store === 'sqlite') return startLocalTemporal({ dataFolder: null, ui: false, onProgress });
      const own = await startEmbeddedPostgres({ dataFolder: join(folder, 'temporal'), onProgress });
      stops.push(() => own.stop());
      processes['postgres of temporal'] = own.pid;
      return startTemporalOnPostgres({ postgresUrl: own.url, dataFolder: null, ui: false, onProgress });
    }
    stops.push(() => temporal.stop());
    processes['temporal'] = temporal.pid;
    const server = await connectTemporal({ address: temporal.address, env: {} });
    stops.push(() => server.close());
    await ensureSearchAttributes(server.connection, server.namespace);
    const db = openDatabase(postgres.url);
    stops.push(() => db.destroy());
    await migrateToLatest(db);
    async function startSimulator(of: ContenderName) {
      const { child, facts } = await startChild({
        entry: 'simulator/main.ts',
        env: { SIMULATOR_ANSWER_DELAY_MS: '5', SIMULATOR_RATE_LIMIT: 'off' },
        logFile: join(folder, 'simulator.log'),
        ready: (line) => {
          const said = jsonLine(line);
          return said?.simulator === undefined ? null : said;
        },
      });
      stops.push(() => child.stop(5_000));
      processes[`simulator of ${of}`] = child.process.pid ?? 0;
      return { api: facts.api ?? '', tiktok: simulatedTikTok(facts.simulator ?? '') };
    }
    const simulators = { engine: await startSimulator('engine'), bare: await startSimulator('bare') };
    const site = await serveBenchSite((slug) => pixelCodeOf(db, slug));
    stops.push(() => site.close());
    const shared = {
      TIKTOK_APP_ID: '7300000000000000900',
      TIKTOK_APP_SECRET: 'sim-secret',
      TIKTOK_ACCESS_TOKEN: 'sim-token-kobi-admin',
      TIKTOK_BC_ID: '7300000000000000001',
      TIKTOK_RATE_LEVEL: rateLevel,
      KOBI_OPERATOR_USER_IDS: '7300000000000000010',
      KOBI_BILLING_GROUP_ID: '7300000000000000150',
      KOBI_FUNDING_THRESHOLDS: 'EUR=1000',
      KOBI_FUNDING_DAILY_LIMITS: 'EUR=10000',
      KOBI_ALLOW_LOOPBACK: 'on',
      KOBI_DEV_HOSTS: `${SITE}=${site.address}`,
      KOBI_DEV_ENV: 'off',
      KOBI_PEOPLE_FILE: resolve('examples', 'people.yaml'),
      DATABASE_URL: postgres.url,
      SECRETS_KEY: '0'.repeat(64),
      TEMPORAL_ADDRESS: temporal.address,
      ...extra,
    };
    const env = {
      engine: { ...shared, TIKTOK_BASE_URL: simulators.engine.api },
      bare: { ...shared, TIKTOK_BASE_URL: simulators.bare.api },
    };
    return {
      store,
      client: server.client,
      namespace: server.namespace,
      db,
      databaseUrl: postgres.url,
      tiktok: { engine: simulators.engine.tiktok, bare: simulators.bare.tiktok },
      site: site.address,
      env,
      processes,
      async worker(of, entry, own) {
        const { child } = await startChild({
          entry,
          env: { ...env[of], KOBI_HEALTH_PORT: String(await freePort(8090)), KOBI_METRICS_PORT: String(await freePort(9464)), ...own },
          logFile: join(folder, 'worker.log'),
          ready: (line) => (line.includes('the worker starts polling') ? (jsonLine(line) ?? {}) : null),
        });
        return child;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
