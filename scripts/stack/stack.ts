import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { openDatabase } from '../../src/store/database.js';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.js';
import { migrateToLatest } from '../../src/store/migrations.js';
import { parseCodecKeys } from '../../src/temporal/codec.js';
import { startCodecServer } from '../../src/temporal/codec-server.js';
import { connectTemporal } from '../../src/temporal/connection.js';
import { freePort } from '../../src/process/free-port.js';
import { type LocalTemporal, startLocalTemporal } from '../../src/temporal/local-server.js';
import { ensureSearchAttributes } from '../../src/temporal/search-attributes.js';
import { type Child, jsonLine, startChild } from './child.js';
import { pixelCodeOf } from './pixel-codes.js';
import { serveTenantSites, type TenantSite } from './tenant-sites.js';

export interface StackOptions {
  /** Where state and logs are kept. */
  readonly folder: string;
  /** Whether Temporal's state outlives the stack; PostgreSQL's and the simulator's always do. */
  readonly durable: boolean;
  readonly ui: boolean;
  readonly workers: number;
  /** Whether payloads are encrypted, with a codec endpoint for the UI. */
  readonly codec?: boolean;
  /** Starts a new worker when one ends by itself. */
  readonly keepWorkers?: boolean;
  readonly sites: readonly TenantSite[];
  readonly peopleFile: string;
  /** A Temporal server that runs already; TEMPORAL_ADDRESS of this process when absent, and one of our own when that is not set. */
  readonly temporalAddress?: string;
  /** Settings that replace the stack's own, for every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Settings of the simulator. */
  readonly simulator?: Readonly<Record<string, string>>;
  readonly onProgress: (line: string) => void;
  /** Aborted while the stack starts: no further part is started, and those that run are stopped. */
  readonly signal?: AbortSignal;
}

export interface Stack {
  /** What `kobi` and workers need to find everything. */
  readonly env: Readonly<Record<string, string>>;
  readonly temporalAddress: string;
  readonly uiUrl: string | null;
  readonly simulatorUrl: string;
  readonly databaseUrl: string;
  readonly logs: string;
  /** The codec endpoint and the address that signs a browser in, when payloads are encrypted. */
  readonly codec: { readonly url: string; readonly signIn: string } | null;
  readonly workers: readonly Child[];
  addWorker(): Promise<Child>;
  /** Kills our own Temporal server without a warning; nothing answers at its address until `startTemporal`. */
  killTemporal(): Promise<void>;
  /** Starts it again at the same address, with what `durable` kept. */
  startTemporal(): Promise<void>;
  stop(): Promise<void>;
}

/** Ids of the simulator's seed (simulator/README.md): a fake app, token and Business Center. */
const SEEDED = {
  TIKTOK_APP_ID: '7300000000000000900',
  TIKTOK_APP_SECRET: 'sim-secret',
  TIKTOK_ACCESS_TOKEN: 'sim-token-kobi-admin',
  TIKTOK_BC_ID: '7300000000000000001',
  KOBI_OPERATOR_USER_IDS: '7300000000000000010,7300000000000000011,7300000000000000012',
  KOBI_BILLING_GROUP_ID: '7300000000000000150',
  KOBI_FUNDING_THRESHOLDS: 'EUR=1000',
  KOBI_FUNDING_DAILY_LIMITS: 'EUR=10000',
  KOBI_ALLOW_LOOPBACK: 'on',
};

/** Keys of this folder's development data, made once: whoever loses them loses the secrets in it. */
function keysOf(folder: string): Record<string, string> {
  const file = join(folder, 'keys.env');
  if (!existsSync(file)) {
    const key = (bytes: number, encoding: BufferEncoding): string => randomBytes(bytes).toString(encoding);
    writeFileSync(
      file,
      `SECRETS_KEY=${key(32, 'hex')}\nKOBI_CODEC_KEYS=dev1:${key(32, 'base64')}\nKOBI_CODEC_TOKEN=${key(18, 'base64url')}\n`,
      { mode: 0o600 },
    );
  }
  return Object.fromEntries(Object.entries(parseEnv(readFileSync(file, 'utf8'))).map(([name, value]) => [name, value ?? '']));
}

interface CodecServer {
  readonly url: string;
  readonly signInUrl: string;
  readonly stop: () => Promise<void>;
}

async function startCodec(keys: Readonly<Record<string, string>>, uiPort: number): Promise<CodecServer> {
  return startCodecServer({
    keys: parseCodecKeys(keys.KOBI_CODEC_KEYS ?? ''),
    token: keys.KOBI_CODEC_TOKEN ?? '',
    uiOrigins: [`http://127.0.0.1:${uiPort}`, `http://localhost:${uiPort}`],
    port: await freePort(8234),
  });
}

/** Starts everything that an onboarding needs, each part as a process of its own; whatever was started is stopped when a later part fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, onProgress, env: replaced = {}, signal } = options;
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  // As root PostgreSQL runs as its own user, who must be able to enter.
  chmodSync(folder, 0o755);
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (let next = stops.pop(); next; next = stops.pop()) await next();
  };
  try {
    const keys = keysOf(folder);
    const given = process.env.DATABASE_URL;
    const databaseUrl = replaced.DATABASE_URL ?? given ?? (await startDatabase());
    async function startDatabase(): Promise<string> {
      const postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), onProgress });
      stops.push(() => postgres.stop());
      return postgres.url;
    }
    signal?.throwIfAborted();
    const db = openDatabase(databaseUrl);
    stops.push(() => db.destroy());
    await migrateToLatest(db);
    signal?.throwIfAborted();

    const external = options.temporalAddress ?? process.env.TEMPORAL_ADDRESS;
    let temporalAddress = external ?? '';
    let uiUrl: string | null = null;
    const uiPort = await freePort(8233);
    const codec = options.codec ? await startCodec(keys, uiPort) : null;
    if (codec !== null) stops.push(codec.stop);
    let temporal: LocalTemporal | null = null;
    const startTemporal = async (): Promise<void> => {
      const known = temporalAddress === '' ? null : Number(temporalAddress.split(':')[1]);
      const frontend = known === null && !options.durable ? {} : { frontend: known ?? 7233 };
      temporal = await startLocalTemporal({
        dataFolder: options.durable ? join(folder, 'temporal') : null,
        ui: options.ui,
        preferredPorts: { ui: uiPort, ...frontend },
        ...(codec === null ? {} : { codecEndpoint: codec.url }),
        onProgress,
      });
      if (temporalAddress !== '' && temporal.address !== temporalAddress)
        throw new Error(`the Temporal server came back at ${temporal.address}, not at ${temporalAddress}: something else took its port`);
      temporalAddress = temporal.address;
      uiUrl = temporal.uiUrl;
    };
    if (external === undefined) {
      stops.push(async () => temporal?.stop());
      await startTemporal();
    }
    signal?.throwIfAborted();
    const setup = await connectTemporal({ address: temporalAddress });
    await ensureSearchAttributes(setup.connection, setup.namespace);
    await setup.close();

    onProgress('simulator: starting TikTok’s stand-in');
    const simulator = await startChild({
      entry: 'simulator/main.ts',
      // Links that were handed out before a restart should still lead there after it.
      env: {
        SIMULATOR_STATE: join(folder, 'simulator.json'),
        SIMULATOR_PORT: String(options.durable ? await freePort(8235) : 0),
        ...options.simulator,
      },
      logFile: join(logs, 'simulator.log'),
      ready: (line) => {
        const facts = jsonLine(line);
        return facts?.simulator === undefined ? null : facts;
      },
    });
    stops.push(() => simulator.child.stop(5_000));
    signal?.throwIfAborted();
    const sites = await serveTenantSites(options.sites, (slug) => pixelCodeOf(db, slug));
    stops.push(() => sites.close());

    const { KOBI_CODEC_KEYS, KOBI_CODEC_TOKEN: _token, ...always } = keys;
    const env: Record<string, string> = {
      ...SEEDED,
      ...always,
      ...(codec === null || KOBI_CODEC_KEYS === undefined ? {} : { KOBI_CODEC_KEYS }),
      TIKTOK_BASE_URL: simulator.facts.api ?? '',
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: temporalAddress,
      KOBI_PEOPLE_FILE: options.peopleFile,
      ...(options.sites.length > 0 ? { KOBI_DEV_HOSTS: sites.hosts } : {}),
      ...replaced,
    };
    const workers: Child[] = [];
    const addWorker = async (): Promise<Child> => {
      const { child } = await startChild({
        entry: 'src/worker.ts',
        env: {
          ...env,
          KOBI_DEV_ENV: 'off',
          KOBI_HEALTH_PORT: String(await freePort(8090)),
          KOBI_METRICS_PORT: String(await freePort(9464)),
        },
        logFile: join(logs, `worker-${workers.length + 1}.log`),
        ready: (line) => (line.includes('the worker starts polling') ? (jsonLine(line) ?? {}) : null),
      });
      workers.push(child);
      if (options.keepWorkers) void child.ended.then((how) => replace(child, how));
      return child;
    };
    let stopping = false;
    const replace = async (child: Child, how: number | string): Promise<void> => {
      if (stopping) return;
      workers.splice(workers.indexOf(child), 1);
      onProgress(`worker ${child.process.pid ?? ''} ended (${how}); a new one starts in its place`);
      try {
        const next = await addWorker();
        onProgress(`worker ${next.process.pid ?? ''} polls; whatever was under way goes on`);
      } catch (error) {
        onProgress(error instanceof Error ? error.message : String(error));
      }
    };
    stops.push(() => {
      stopping = true;
      return Promise.all(workers.map((worker) => worker.stop()));
    });
    for (let count = 0; count < options.workers; count += 1) {
      onProgress(`worker: starting ${count + 1} of ${options.workers}`);
      await addWorker();
      signal?.throwIfAborted();
    }
    return {
      env,
      temporalAddress,
      uiUrl,
      simulatorUrl: simulator.facts.simulator ?? '',
      databaseUrl,
      logs,
      codec: codec === null ? null : { url: codec.url, signIn: codec.signInUrl },
      workers,
      addWorker,
      async killTemporal() {
        if (temporal === null)
          throw new Error('TEMPORAL_ADDRESS names a server that is not ours; unset it to let one be started that may be killed');
        process.kill(temporal.pid, 'SIGKILL');
        await temporal.stop();
      },
      startTemporal,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
