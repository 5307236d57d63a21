import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { adminRoutes } from './admin.js';
import { Api, API_PREFIX, type ApiParts, type Violation } from './api.js';
import { Faults } from './faults.js';
import { pageRoutes } from './page.js';
import { pixelRoutes } from './pixel-collector.js';
import { RateLimiter, type RateLimitSetting } from './rate-limit.js';
import type { SeedDocument } from './seed.js';
import { Store } from './state.js';

/** How a simulator is started; everything is optional. */
export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  port?: number | undefined;
  /** Default: loopback only. */
  host?: string | undefined;
  /** Every API answer is this late. Default 0. */
  answerDelayMs?: number | undefined;
  /** Default: TikTok's basic level. */
  rateLimit?: RateLimitSetting | undefined;
  /** Records request fields that the parameter tables do not know. Default true. */
  strict?: boolean | undefined;
  /** Replaces parts of the default seed when there is no saved state. */
  seed?: SeedDocument | undefined;
  /** JSON file that keeps the state over a restart. */
  stateFile?: string | undefined;
  authFailureStatus?: 200 | 401 | undefined;
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What `TIKTOK_BASE_URL` is set to. */
  readonly apiUrl: string;
  readonly store: Store;
  readonly faults: Faults;
  readonly violations: readonly Violation[];
  /** Writes the state file, if any, and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts a simulator of TikTok's Business API.
 * @throws when the port is taken or the state file is not readable.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const store = new Store(options.stateFile ?? null);
  if (options.seed !== undefined && store.ledger.count === 0) store.reset(options.seed);
  let url = '';
  const parts: ApiParts = {
    store,
    faults: new Faults(),
    rateLimiter: new RateLimiter(options.rateLimit ?? 'basic'),
    violations: [],
    strict: options.strict ?? true,
    url: () => url,
    answerDelayMs: options.answerDelayMs ?? 0,
    authFailureStatus: options.authFailureStatus ?? 200,
  };
  const api = new Api(parts);
  const app = new Hono();
  app.route('/_sim', adminRoutes(parts));
  app.route('/', pageRoutes(parts));
  app.route('/', pixelRoutes(parts));
  app.notFound((context) => context.text('404 page not found', 404));
  const other = getRequestListener(app.fetch);
  const server = createServer((request, response) => {
    const serving = request.url?.startsWith(`${API_PREFIX}/`) === true ? api.serve(request, response) : other(request, response);
    Promise.resolve(serving).catch((error: unknown) => {
      process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end();
    });
  });
  server.keepAliveTimeout = 65_000;
  url = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  return {
    url,
    apiUrl: `${url}${API_PREFIX}`,
    store,
    faults: parts.faults,
    violations: parts.violations,
    close: async () => {
      store.save();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${bound}`);
    });
  });
}
