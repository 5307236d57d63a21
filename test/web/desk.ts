import { resolve } from 'node:path';
import { serve } from '@hono/node-server';
import type { OnboardingClient } from '../../src/cli/onboarding-client.js';
import type { DeskConfig } from '../../src/config/desk.js';
import { type People, peopleSchema } from '../../src/domain/people.js';
import { freePort } from '../../src/process/free-port.js';
import { createAccessToken } from '../../src/store/access-tokens.js';
import type { DeskDependencies } from '../../src/web/environment.js';
import type { Database } from '../../src/store/database.js';
import { deskApp } from '../../src/web/desk.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';

export interface Desk {
  readonly origin: string;
  readonly database: FreshDatabase;
  readonly deps: DeskDependencies;
  /** The people as the desk reads them; a change counts from the next request on. */
  people: People;
  /** Log lines of pages that failed. */
  readonly failures: unknown[];
  /** Log lines of what was refused. */
  readonly warnings: object[];
  /** A personal access token of a person. */
  token(person: string): Promise<string>;
  /** A browser without a window: keeps cookies, follows no redirect. */
  browser(): Browser;
  /** A browser in which this person is signed in. */
  signedIn(person: string): Promise<Browser>;
  close(): Promise<void>;
}

export interface Browser {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Posts a form; `csrf` is added from the last page that was read, unless the form has one. */
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  readonly cookies: Map<string, string>;
}

export const PEOPLE = peopleSchema.parse({
  people: [
    { id: 'ops-a', mail: 'ops-a@example.org', roles: ['ops'], tenants: '*' },
    { id: 'admin-a', mail: 'admin-a@example.org', roles: ['admin'], tenants: '*' },
    { id: 'approver-a', mail: 'approver-a@example.org', roles: ['approver:creative_policy', 'approver:spark_ads'], tenants: '*' },
    { id: 'finance-a', mail: 'finance-a@example.org', roles: ['finance'], tenants: '*' },
    { id: 'finance-b', mail: 'finance-b@example.org', roles: ['finance'], tenants: '*' },
    { id: 'viewer-a', mail: 'viewer-a@example.org', roles: ['viewer'], tenants: ['alpine_school'] },
  ],
});

/** A browser that knows one server. */
export function browserOf(origin: string): Browser {
  const cookies = new Map<string, string>();
  let csrf = '';
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${origin}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { ...Object.fromEntries(new Headers(init.headers)), ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0/i.test(line)) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    if (response.headers.get('content-type')?.startsWith('text/html')) {
      csrf = /name="csrf-token" content="([^"]*)"/.exec(await response.clone().text())?.[1] ?? csrf;
    }
    return response;
  };
  return {
    cookies,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, form, headers = {}) =>
      send(path, { method: 'POST', body: new URLSearchParams({ csrf, ...form }), headers: { origin, ...headers } }),
  };
}

/** A desk over real HTTP. */
export async function startDesk(
  parts: {
    readonly onboardings?: () => Promise<OnboardingClient>;
    readonly clock?: () => Date;
    /** Of an engine that it stands beside, which closes it; one of its own unless told. */
    readonly database?: FreshDatabase;
    /** Where its conversion events are, when they have a database of their own. */
    readonly eventsDb?: Database;
    /** Settings beside the usual ones, which may need to know the desk's origin. */
    readonly config?: (origin: string) => Partial<DeskConfig>;
  } = {},
): Promise<Desk> {
  const database = parts.database ?? (await freshDatabase());
  const port = await freePort();
  const failures: unknown[] = [];
  const warnings: object[] = [];
  const desk = { people: PEOPLE };
  const deps: DeskDependencies = {
    db: database.db,
    ...(parts.eventsDb ? { eventsDb: parts.eventsDb } : {}),
    onboardings: parts.onboardings ?? (() => Promise.reject(new Error('this desk has no Temporal server'))),
    people: () => Promise.resolve(desk.people),
    plan: () => Promise.reject(new Error('this desk asks no TikTok')),
    tenantFolder: resolve('examples', 'tenants'),
    tenantFilesWithin: resolve('examples'),
    config: {
      host: '127.0.0.1',
      port,
      sessionKey: 'visibly-fake-session-key-for-tests-only',
      temporalUi: 'https://temporal.example.org',
      temporalNamespace: 'kobi',
      tenantFolder: resolve('examples', 'tenants'),
      ...parts.config?.(`http://127.0.0.1:${port}`),
    },
    clock: parts.clock ?? (() => new Date()),
    log: { warn: (facts) => void warnings.push(facts), error: (facts) => void failures.push(facts) },
  };
  const origin = `http://127.0.0.1:${port}`;
  const server = serve({ fetch: deskApp(deps).fetch, hostname: '127.0.0.1', port });
  const token = (person: string): Promise<string> =>
    createAccessToken(database.db, { person, label: 'test', lastsMs: 3_600_000 }, new Date());
  return Object.assign(desk, {
    origin,
    database,
    deps,
    failures,
    warnings,
    token,
    browser: () => browserOf(origin),
    async signedIn(person: string) {
      const browser = browserOf(origin);
      const answer = await browser.post('/sign-in', { token: await token(person) });
      if (answer.status !== 303) throw new Error(`${person} could not sign in: ${answer.status}`);
      return browser;
    },
    async close() {
      await new Promise((resolve) => server.close(resolve));
      if (database !== parts.database) await database.close();
    },
  });
}
