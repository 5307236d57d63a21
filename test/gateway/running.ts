import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { pino } from 'pino';
import { z } from 'zod';
import type { EventSettingsFile } from '../../src/contract/event-settings.js';
import { createIntake, gatewayApp } from '../../src/gateway/app.js';
import { runImports } from '../../src/gateway/uploads/run-imports.js';
import type { GatewayLimits } from '../../src/gateway/dependencies.js';
import { createMetrics } from '../../src/process/prometheus.js';
import { freePort } from '../../src/process/free-port.js';
import type { Database } from '../../src/store/database.js';
import { saveEventSettings } from '../../src/store/event-settings.js';
import { createWriteKey, type NewWriteKey } from '../../src/store/event-write-keys.js';
import { settings } from '../domain/events/shop.js';

export const LIMITS: GatewayLimits = {
  eventsPerMinute: 100_000,
  browserEventsPerMinute: 1_000,
  bodyMs: 20_000,
  bodyBytes: 2_000_000,
  uploadBytes: 50_000_000,
};

const answersSchema = z.object({
  counts: z.record(z.string(), z.number()),
  results: z.array(z.looseObject({ id: z.string().nullable(), event_id: z.string().nullable(), status: z.string() })),
});
const refusalSchema = z.looseObject({ code: z.string(), message: z.string(), mend: z.string() });

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of a request whose events were judged. */
  answers(): z.infer<typeof answersSchema>;
  /** Of a request that was refused as a whole. */
  refusal(): z.infer<typeof refusalSchema>;
}

export async function ask(address: string, init: RequestInit): Promise<Answered> {
  const response = await fetch(address, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    answers: () => answersSchema.parse(JSON.parse(text)),
    refusal: () => refusalSchema.parse(JSON.parse(text)),
  };
}

/** Sends JSON, or whatever text it is given, with a write key as a server does. */
export function send(address: string, key: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
  return ask(address, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The gateway within this process, with everything that it logged. */
export async function startGateway(
  db: Database,
  {
    limits = {},
    trustedProxies = 0,
    clock = () => new Date(),
  }: { readonly limits?: Partial<GatewayLimits>; readonly trustedProxies?: number; readonly clock?: () => Date } = {},
) {
  const uploadFolder = await mkdtemp(join(tmpdir(), 'kobi-uploads-'));
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const deps = { db, eventsDb: db, clock, log, metrics: createMetrics(), limits: { ...LIMITS, ...limits }, trustedProxies, uploadFolder };
  const intake = createIntake(deps);
  const stop = new AbortController();
  const imports = runImports(intake, stop.signal);
  const app = gatewayApp(deps, intake);
  const port = await freePort();
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port });
  return {
    url: `http://127.0.0.1:${port}`,
    uploadFolder,
    logged: () => logged.join(''),
    async close() {
      stop.abort();
      await imports;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      await rm(uploadFolder, { recursive: true, force: true });
    },
  };
}

/** A tenant with event settings, whatever a test changes in them. */
export async function tenantWith(db: Database, slug: string, change: Partial<EventSettingsFile> = {}): Promise<void> {
  await saveEventSettings(db, slug, { settings: settings(change), origin: 'people', setBy: 'ops-a', at: new Date() });
}

/** A write key of a tenant. */
export async function keyFor(db: Database, slug: string, change: Partial<NewWriteKey> = {}): Promise<string> {
  const about = { name: 'shop server', origins: [], madeBy: 'ops-a', expiresAt: null, ...change };
  return (await createWriteKey(db, slug, about, new Date())).key;
}

/** A purchase that lacks nothing. */
export function order(id: string) {
  return {
    name: 'purchase',
    event_id: id,
    params: { value: 19.9, currency: 'EUR', transaction_id: id, page_location: 'https://shop.example.org/thanks' },
    user: { email: 'person-a@example.org', phone: '+49 151 12345678' },
  };
}

export const rowsOf = (db: Database, slug: string) =>
  db.selectFrom('events').selectAll().where('slug', '=', slug).orderBy('event_id').orderBy('id').execute();
