import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { savedOnboarding } from '../src/cli/known-onboarding.js';
import type { OnboardingClient } from '../src/cli/onboarding-client.js';
import { peopleSchema } from '../src/domain/people.js';
import { freePort } from '../src/process/free-port.js';
import { createAccessToken } from '../src/store/access-tokens.js';
import { type Database, openDatabase } from '../src/store/database.js';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.js';
import { migrateToLatest } from '../src/store/migrations.js';
import { deskApp } from '../src/web/desk.js';
import { playedClient } from '../test/web/played-client.js';
import { quantile } from './arithmetic.js';
import { advertiserOf, seedDesk, slugOf } from './desk-seed.js';

export interface PageTime {
  readonly page: string;
  readonly address: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly kib: number;
}

export interface DeskResult {
  readonly benchmark: 'desk';
  readonly onboardings: number;
  readonly requests: number;
  readonly pages: readonly PageTime[];
}

export interface DeskSettings {
  readonly onboardings: number;
  /** Requests of each page, after a few that do not count. */
  readonly requests: number;
  readonly onProgress: (line: string) => void;
}

const WARM_UP = 5;
const PEOPLE = peopleSchema.parse({
  people: [
    { id: 'ops-a', mail: 'ops-a@example.org', roles: ['ops'], tenants: '*' },
    {
      id: 'approver-a',
      mail: 'approver-a@example.org',
      roles: ['approver:creative_policy', 'approver:spark_ads', 'finance', 'ops'],
      tenants: '*',
    },
    { id: 'finance-a', mail: 'finance-a@example.org', roles: ['finance'], tenants: '*' },
  ],
});

/** The pages that somebody opens in a day, with the questions that cost most. */
function pagesOf(onboardings: number): readonly (readonly [page: string, address: string])[] {
  const some = Math.floor(onboardings / 2);
  const open = slugOf(some - (some % 10));
  return [
    ['inbox', '/'],
    ['inbox, last page', '/?page=100'],
    ['inbox, by amount', '/?sort=amount&amount=1000+EUR'],
    ['inbox, who may decide', '/?who=finance-a'],
    ['inbox, by advertiser id', `/?q=${advertiserOf(some)}`],
    ['tenants', '/tenants'],
    ['tenants, by name', '/tenants?q=company%205'],
    ['tenants, by request id', `/tenants?q=R${some}-3`],
    ['tenants, of one ball, last page', '/tenants?ball=client&page=60'],
    ['tenant', `/tenants/${open}`],
    ['gate', `/tenants/${open}/gates/creative_policy`],
    ['links of a tenant', `/tenants/${open}/links`],
    ['amend', `/tenants/${open}/amend`],
    ['board', '/board'],
    ['reviews', '/reviews'],
    ['start', '/start'],
  ];
}

/** The desk's side of the pages only: an onboarding answers from its projection, for Temporal is not what is measured. */
function projections(db: Database): OnboardingClient {
  return playedClient({
    status: async (slug) => ({ status: (await savedOnboarding(db, slug)).status, source: 'run', asOf: null, note: null }),
    exhibits: () => Promise.resolve([]),
  });
}

async function signedIn(db: Database, origin: string): Promise<string> {
  const token = await createAccessToken(db, { person: 'approver-a', label: 'bench', lastsMs: 3_600_000 }, new Date());
  const answer = await fetch(`${origin}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ token }),
    headers: { origin },
    redirect: 'manual',
  });
  const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
  if (answer.status !== 303) throw new Error(`signing in answered ${answer.status}`);
  return cookies.join('; ');
}

async function timed(origin: string, cookie: string, page: string, address: string, requests: number): Promise<PageTime> {
  const times: number[] = [];
  let bytes = 0;
  for (let nth = -WARM_UP; nth < requests; nth += 1) {
    const begun = performance.now();
    const answer = await fetch(`${origin}${address}`, { headers: { cookie }, redirect: 'manual' });
    bytes = (await answer.arrayBuffer()).byteLength;
    if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`);
    if (nth >= 0) times.push(performance.now() - begun);
  }
  return { page, address, p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95), kib: bytes / 1_024 };
}

/** Serves the desk over a filled database and asks for every page of it. */
export async function timePages(db: Database, { onboardings, requests, onProgress }: DeskSettings): Promise<PageTime[]> {
  const port = await freePort();
  const app = deskApp({
    db,
    onboardings: () => Promise.resolve(projections(db)),
    people: () => Promise.resolve(PEOPLE),
    plan: () => Promise.reject(new Error('the benchmark of the desk asks no TikTok')),
    tenantFolder: tmpdir(),
    config: { host: '127.0.0.1', port, sessionKey: 'visibly-fake-session-key-for-benchmarks', tenantFolder: tmpdir() },
    clock: () => new Date(),
    log: { warn: () => undefined, error: (facts) => onProgress(JSON.stringify(facts)) },
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port });
  const origin = `http://127.0.0.1:${port}`;
  const cookie = await signedIn(db, origin);
  const pages: PageTime[] = [];
  for (const [page, address] of pagesOf(onboardings)) {
    onProgress(page);
    pages.push(await timed(origin, cookie, page, address, requests));
  }
  await new Promise((closed) => server.close(closed));
  return pages;
}

/** How long the desk takes for each of its pages over a database full of onboardings: from the request to the last byte, over loopback. */
export async function measureDesk(settings: DeskSettings): Promise<DeskResult> {
  const { onboardings, requests, onProgress } = settings;
  const folder = mkdtempSync(join(tmpdir(), 'kobi-bench-'));
  chmodSync(folder, 0o755);
  const postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'engine'), onProgress });
  const db = openDatabase(postgres.url);
  try {
    await migrateToLatest(db);
    await seedDesk(db, onboardings, onProgress);
    return { benchmark: 'desk', onboardings, requests, pages: await timePages(db, settings) };
  } finally {
    await db.destroy();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
