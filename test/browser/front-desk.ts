import { resolve } from 'node:path';
import { serve } from '@hono/node-server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';
import { readBusinessCenterNow, readTenantNow } from '../../src/cli/plan/live-facts.js';
import { planOnboarding } from '../../src/cli/plan/plan.js';
import type { GateId } from '../../src/contract/checklist.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { type People, peopleSchema } from '../../src/domain/people.js';
import type { SparkCode } from '../../src/domain/tenant-intake.js';
import { freePort } from '../../src/process/free-port.js';
import { createAccessToken } from '../../src/store/access-tokens.js';
import { openDatabase } from '../../src/store/database.js';
import { connectTemporal } from '../../src/temporal/connection.js';
import { deskApp } from '../../src/web/desk.js';
import { type Link, linkTo } from '../faults/link.js';
import { type LiveEngine, useLiveEngine } from '../system/live-engine.js';
import { eventually } from '../workflow/eventually.js';
import { launchChromium } from './chromium.js';
import { type Look, Visitor } from './visitor.js';

const APPROVES = ['approver:creative_policy', 'approver:spark_ads'];
export const PEOPLE: People = peopleSchema.parse({
  people: [
    ['ops-a', 'ops'],
    ['approver-a', ...APPROVES],
    ['approver-b', ...APPROVES],
    ['finance-a', 'finance'],
    ['finance-b', 'finance'],
    ['viewer-a', 'viewer'],
    ['admin-a', 'admin'],
  ].map(([id, ...roles]) => ({ id, mail: `${id}@example.org`, roles, tenants: '*' })),
});

/** The desk as it runs beside the engine, with connections of its own that a test can break, and a real browser before it. */
export interface FrontDesk {
  readonly origin: string;
  readonly engine: LiveEngine;
  /** The people as desk and engine read them; a change counts from the next request on. */
  people: People;
  readonly temporal: Link;
  readonly postgres: Link;
  /** Log lines of pages that failed. */
  readonly failures: object[];
  token(person: string): Promise<string>;
  /** A browser window in which nobody is signed in. */
  stranger(look?: Look): Promise<Visitor>;
  /** A browser window of a person who has signed in, with the inbox before them. */
  visitor(person: string, look?: Look): Promise<Visitor>;
  /** Starts an onboarding as ops-a and waits until the desk lists the gate as open. */
  atGate(tenant: Tenant, gate: GateId, sparkCodes?: readonly SparkCode[]): Promise<void>;
}

/** The cookies that a browser keeps when somebody has signed in with this token. */
async function sessionOf(origin: string, token: string): Promise<{ name: string; value: string; url: string }[]> {
  const answer = await fetch(`${origin}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin },
    body: new URLSearchParams({ token }),
  });
  if (answer.status !== 303) throw new Error(`signing in was answered with ${answer.status}`);
  return answer.headers.getSetCookie().map((line) => {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: origin };
  });
}

export function useFrontDesk(): () => FrontDesk {
  const now = { people: PEOPLE };
  const engine = useLiveEngine(() => Promise.resolve(now.people));
  const stops: (() => Promise<unknown> | void)[] = [];
  let desk: FrontDesk | undefined;
  let browser: Browser;

  beforeAll(async () => {
    const { databaseUrl, settings, tiktok, db: engineDb } = engine();
    const temporal = await linkTo(inject('temporalAddress'));
    stops.push(() => temporal.close());
    const url = new URL(databaseUrl);
    const postgres = await linkTo(url.host);
    stops.push(() => postgres.close());
    url.host = postgres.address;
    const db = openDatabase(url.href, { maxConnections: 5 });
    stops.push(() => db.destroy());
    const connected = await connectTemporal({ address: temporal.address, env: {} });
    stops.push(() => connected.close());
    const onboardings = engine().over({ client: connected.client, db });
    const port = await freePort();
    const failures: object[] = [];
    const app = deskApp({
      db,
      onboardings: () => Promise.resolve(onboardings),
      people: () => Promise.resolve(now.people),
      plan: async (tenant) => {
        const bc = await readBusinessCenterNow(tiktok, settings.bcId, settings.billingGroupId);
        if (!bc) throw new Error('no Business Center');
        return planOnboarding({
          tenant,
          settings,
          people: now.people,
          live: { bc, tenant: await readTenantNow(tiktok, settings.bcId, tenant) },
        });
      },
      tenantFolder: resolve('examples', 'tenants'),
      tenantFilesWithin: resolve('examples'),
      config: {
        host: '127.0.0.1',
        port,
        sessionKey: 'visibly-fake-session-key-for-tests-only',
        tenantFolder: resolve('examples', 'tenants'),
        temporalUi: 'https://temporal.example.org',
        temporalNamespace: 'kobi',
      },
      clock: () => new Date(),
      log: { warn: () => undefined, error: (facts) => void failures.push(facts) },
    });
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port });
    stops.push(() => {
      const closed = new Promise((settle) => server.close(settle));
      // Pages that are told of changes keep a connection for as long as they are open.
      if ('closeAllConnections' in server) server.closeAllConnections();
      return closed;
    });
    browser = await launchChromium();
    stops.push(() => browser.close());
    const origin = `http://127.0.0.1:${port}`;
    const token = (person: string) => createAccessToken(engineDb, { person, label: 'test', lastsMs: 3_600_000 }, new Date());
    const stranger = (look: Look = {}) => Visitor.open(browser, origin, look);
    desk = Object.assign(now, {
      origin,
      engine: engine(),
      temporal,
      postgres,
      failures,
      token,
      stranger,
      async visitor(person: string, look: Look = {}) {
        const visitor = await stranger(look);
        await visitor.context.addCookies(await sessionOf(origin, await token(person)));
        await visitor.page.goto('/');
        return visitor;
      },
      async atGate(tenant: Tenant, gate: GateId, sparkCodes: readonly SparkCode[] = []) {
        await engine().onboardings.start(tenant, 'ops-a', sparkCodes);
        await eventually(
          `gate ${gate} of ${tenant.slug}`,
          () => engineDb.selectFrom('gates').select(['gate', 'state']).where('slug', '=', tenant.slug).execute(),
          (gates) => gates.some((each) => each.gate === gate && each.state === 'open'),
        );
      },
    });
  });
  afterAll(async () => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
  });

  return () => {
    if (!desk) throw new Error('the desk is opened by beforeAll: use it inside a test');
    return desk;
  };
}
