import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { pixelCodeOf } from '../../scripts/stack/pixel-codes.js';
import { jsonLine, startChild } from '../../scripts/stack/child.js';
import type { OnboardingClient } from '../../src/cli/onboarding-client.js';
import { openSession } from '../../src/cli/session.js';
import type { OnboardingStatus } from '../../src/contract/status.js';
import type { KeyEvent, Tenant } from '../../src/contract/tenant.js';
import { sparkCodeRef } from '../../src/domain/naming.js';
import type { SparkCode } from '../../src/domain/tenant-intake.js';
import type { Database } from '../../src/store/database.js';
import { freshDatabase } from '../harness/databases.js';
import { temporalAddress } from '../harness/temporal.js';
import { school } from '../workflow/tenant.js';
import { workflowBundle } from './bundle.js';
import { notLive } from './not-live.js';
import { OPS, People } from './people.js';
import { environment, type WorldOptions } from './profile.js';
import { type SimulatorSide, simulatorSide } from './simulator.js';
import { serveSites } from './sites.js';
import { createWorkers, type Workers } from './workers.js';

const GA4 = 'G-FAULTS0001';
const RULE: KeyEvent = {
  name: 'contact',
  source: 'pixel_rule',
  tiktokEvent: 'Contact',
  rule: { trigger: 'TRIGGERTYPE_PAGEVIEW', operator: 'OPERATORTYPE_CONTAINS', variable: 'PAGE_URL', value: '/contact' },
};

/** What a tenant has beyond a school with one picture. */
export interface TenantTraits {
  /** Sells products: a catalog with a feed of three rows. */
  readonly catalog?: boolean;
  /** One Spark post, whose code is known from the start. */
  readonly spark?: boolean;
  /** A key event that only a rule of the pixel sends. */
  readonly pixelRule?: boolean;
  readonly change?: Partial<Tenant>;
}

/** TikTok's stand-in, a database, workers and people of its own, on the run's Temporal server. */
export interface World {
  readonly simulator: SimulatorSide;
  readonly simulatorUrl: string;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly client: Client;
  readonly onboardings: OnboardingClient;
  readonly workers: Workers;
  readonly people: People;
  /** What `kobi` and a worker need to find this world. */
  readonly env: Readonly<Record<string, string>>;
  /** The workflow code that its workers run, as one file. */
  readonly bundle: string;
  /** Logs of all its processes. */
  readonly folder: string;
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** A tenant `w<world's name>_<name>`, a slug that no other test of the run has; not started yet. */
  tenant(name: string, traits?: TenantTraits): Promise<Tenant>;
  /** Starts the onboarding of a tenant, a new one of these traits when only a name is given; its slug. */
  start(name: string | Tenant, traits?: TenantTraits): Promise<string>;
  /** From the projection; undefined before anything was saved. */
  status(slug: string): Promise<OnboardingStatus | undefined>;
  statuses(): Promise<OnboardingStatus[]>;
  until(what: string, holds: () => Promise<boolean>, patienceMs?: number): Promise<void>;
  /** Waits until these onboardings are live, all by themselves. @throws Error with the checklists of those that are not */
  untilLive(slugs: readonly string[], patienceMs?: number): Promise<void>;
  /** What must not be readable anywhere: the token, the app's secret, the key of the secret store, every Spark code. */
  secrets(): readonly string[];
  close(): Promise<void>;
}

const madePost = z.object({ authCode: z.string(), itemId: z.string(), postUrl: z.string() });

/** Starts a world; the caller closes it. Whatever was started is stopped when a later part fails. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), `kobi-faults-${options.name}-`));
  const stops: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
  };
  try {
    return await build(options, folder, stops, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(options: WorldOptions, folder: string, stops: (() => Promise<unknown>)[], close: () => Promise<void>): Promise<World> {
  const [database, bundle] = await Promise.all([freshDatabase(), workflowBundle()]);
  stops.push(() => database.close());
  const begun = Date.now();
  const simulated = await startChild({
    entry: 'simulator/main.ts',
    env: { SIMULATOR_RATE_LIMIT: 'ultimate', ...options.simulator },
    logFile: join(folder, 'simulator.log'),
    ready: (line) => {
      const facts = jsonLine(line);
      return facts?.simulator === undefined ? null : facts;
    },
  });
  const startedInMs = Date.now() - begun;
  stops.push(() => simulated.child.stop(5_000));
  const { db } = database;
  const simulatorUrl = simulated.facts.simulator ?? '';
  const simulator = simulatorSide(simulatorUrl);
  await simulator.seed({ timings: { reviewDelaySeconds: 0.2, productReviewSeconds: 0.2, feedSeconds: 0.1 } });
  const sites = await serveSites(GA4, (slug) => pixelCodeOf(db, slug));
  stops.push(() => sites.close());
  const temporal = options.temporalAddress ?? temporalAddress();
  const env = environment(options, { api: simulated.facts.api ?? '', database: database.url, temporal, bundle, startedInMs });
  const session = openSession({ ...env });
  stops.push(() => session.close());
  const onboardings = await session.onboardings();
  const { client } = await session.temporal();
  const workers = createWorkers(folder, env);
  stops.push(() => workers.stopAll());
  await Promise.all(Array.from({ length: options.workers ?? 1 }, () => workers.start()));

  const tenants = new Map<string, Tenant>();
  const codes = new Map<string, readonly SparkCode[]>();
  const statuses = async (): Promise<OnboardingStatus[]> =>
    (await db.selectFrom('onboardings').select('status').orderBy('slug').execute()).map((row) => row.status);
  const people = new People({ onboardings, simulator, tenants, look: statuses });
  stops.push(() => people.stop());
  if (options.people ?? true) people.start();

  const world: World = {
    simulator,
    simulatorUrl,
    db,
    databaseUrl: database.url,
    client,
    onboardings,
    workers,
    people,
    env,
    bundle,
    folder,
    tenants,
    async tenant(name, { catalog = false, spark = false, pixelRule = false, change = {} } = {}) {
      const slug = `w${options.name}_${name}`;
      const handle = slug;
      const page = sites.pageOf(slug);
      const post = spark ? madePost.parse(await simulator.person({ action: 'make-spark-post', handle, text: 'Come and see' })) : undefined;
      const authCodeRef = post === undefined ? '' : sparkCodeRef(slug, 'visit', post.authCode);
      if (post !== undefined) codes.set(slug, [{ post: 'visit', ref: authCodeRef, code: post.authCode }]);
      const tenant = school(slug, {
        website: page,
        landingPages: [page],
        ga4: { measurementId: GA4, keyEvents: [{ name: 'generate_lead', source: 'site' }, ...(pixelRule ? [RULE] : [])] },
        tiktokAccount: { use: 'link', handle },
        creatives: [
          {
            id: 'campus',
            file: resolve('examples', 'assets', 'campus.jpg'),
            text: 'Small classes in the mountains',
            music: { source: 'none' },
            declarations: ['no_guaranteed_grades'],
          },
        ],
        ...(catalog ? { catalog: { feed: { kind: 'file', file: resolve('examples', 'assets', 'peak_gear_products.csv') } } } : {}),
        ...(post === undefined ? {} : { sparkPosts: [{ id: 'visit', handle, link: post.postUrl, authCodeRef }] }),
        ...change,
      });
      tenants.set(slug, tenant);
      return tenant;
    },
    async start(name, traits) {
      const tenant = typeof name === 'string' ? await world.tenant(name, traits) : name;
      const answer = await onboardings.start(tenant, OPS, codes.get(tenant.slug) ?? []);
      if (answer.outcome !== 'started') throw new Error(`${tenant.slug} was not started: ${answer.message}`);
      return tenant.slug;
    },
    secrets: () => [
      ...[env.TIKTOK_ACCESS_TOKEN, env.TIKTOK_APP_SECRET, env.SECRETS_KEY].filter((secret) => secret !== undefined),
      ...[...codes.values()].flat().map(({ code }) => code),
    ],
    status: async (slug) => (await statuses()).find((status) => status.slug === slug),
    statuses,
    async until(what, holds, patienceMs = 60_000) {
      const end = Date.now() + patienceMs;
      while (!(await holds())) {
        if (Date.now() > end) throw new Error(`never came: ${what}`);
        await delay(50);
      }
    },
    async untilLive(slugs, patienceMs = 90_000) {
      const wanted = new Set(slugs);
      const waiting = async () =>
        (await statuses()).filter((status) => wanted.has(status.slug) && status.state === 'live').length < wanted.size;
      const end = Date.now() + patienceMs;
      while (await waiting()) {
        if (Date.now() > end) throw new Error(`these are not live:\n${await notLive(client, await statuses(), wanted)}`);
        await delay(100);
      }
    },
    close,
  };
  return world;
}
