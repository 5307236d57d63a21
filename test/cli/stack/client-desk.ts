import { serve } from '@hono/node-server';
import { openSession } from '../../../src/cli/session.js';
import { freePort } from '../../../src/process/free-port.js';
import { deskApp } from '../../../src/web/desk.js';

/** The desk as a client reaches it, over the room's own worker, database and TikTok. */
export interface ClientDesk {
  readonly origin: string;
  /** Sends the form behind a link. */
  handIn(address: string, code: string): Promise<{ readonly status: number; readonly text: string }>;
  close(): Promise<void>;
}

export async function openClientDesk(settings: NodeJS.ProcessEnv): Promise<ClientDesk> {
  const session = openSession(settings);
  const port = await freePort();
  const app = deskApp({
    db: session.database(),
    onboardings: session.onboardings,
    people: session.people,
    plan: () => Promise.reject(new Error('clients plan nothing')),
    tenantFolder: '/',
    config: { host: '127.0.0.1', port, sessionKey: 'visibly-fake-session-key-for-tests-only', tenantFolder: '/' },
    clock: () => new Date(),
    log: { warn: () => undefined, error: () => undefined },
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port });
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    async handIn(address, code) {
      const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ code }), headers: { origin } });
      return { status: answer.status, text: await answer.text() };
    },
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await session.close();
    },
  };
}
