import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { changedSince } from '../../store/changes.js';
import { may } from '../authority.js';
import type { DeskDependencies, DeskEnv } from '../environment.js';
import type { LiveChanges } from './changes.js';

export interface LiveLimits {
  /** Streams of the whole process. */
  readonly inAll: number;
  /** Streams of one session: browsers open few connections to one origin, and pages need some. */
  readonly perSession: number;
  /** A stream ends after this time; the browser opens the next, which asks again who is signed in. */
  readonly lastsMs: number;
  /** Between two events of one stream, at least; what happens meanwhile is told at its end. */
  readonly everyMs: number;
}

const LIMITS: LiveLimits = { inAll: 500, perSession: 4, lastsMs: 600_000, everyMs: 4_000 };
const HEARTBEAT_MS = 20_000;
const instant = z.iso.datetime().transform((text) => new Date(text));

/**
 * `GET /live`: server-sent events that say that something changed, never what; the page then asks for itself again, and is judged like
 * any other request. With `?tenant=SLUG` only changes of that tenant. What changed after `?seen=INSTANT`, or while a browser that connects
 * again was away, is told at once; each event's id is the newest change that was told. Whoever has too many streams is told `full` and asks
 * no more.
 */
export function liveRoutes({ db }: Pick<DeskDependencies, 'db'>, changes: LiveChanges, limits: LiveLimits = LIMITS): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  const open = new Map<string, number>();
  let inAll = 0;
  app.get('/live', (c) => {
    const person = c.get('person');
    const session = c.get('session').csrfToken;
    const tenant = c.req.query('tenant');
    if (tenant !== undefined && !may(person, 'read', tenant)) return c.notFound();
    const concerns = (slugs: ReadonlySet<string>): boolean =>
      tenant === undefined ? [...slugs].some((slug) => may(person, 'read', slug)) : slugs.has(tenant);
    c.header('x-accel-buffering', 'no');
    return streamSSE(c, async (stream) => {
      if (inAll >= limits.inAll || (open.get(session) ?? 0) >= limits.perSession) {
        await stream.writeSSE({ event: 'full', data: '' });
        return;
      }
      inAll += 1;
      open.set(session, (open.get(session) ?? 0) + 1);
      const ended = new Promise<void>((end) => {
        stream.onAbort(end);
        setTimeout(end, limits.lastsMs).unref();
      });
      const heartbeat = setInterval(() => void stream.write(': still here\n\n'), HEARTBEAT_MS).unref();
      const asked = instant.safeParse(c.req.header('last-event-id') ?? c.req.query('seen'));
      let seen = asked.data ?? new Date(0);
      const write = (event: string): Promise<void> => stream.writeSSE({ event, data: '', id: seen.toISOString(), retry: 3_000 });
      let told = 0;
      let telling: NodeJS.Timeout | undefined;
      const { begun, stop } = changes.listen((slugs, newest) => {
        if (!concerns(slugs)) return;
        if (newest && newest > seen) seen = newest;
        if (telling !== undefined) return;
        const wait = Math.max(0, told + limits.everyMs - Date.now());
        telling = setTimeout(() => {
          telling = undefined;
          told = Date.now();
          void write('changed');
        }, wait).unref();
      });
      try {
        // Whoever hears `open` hears of every change from then on.
        await begun;
        const missed = (await changedSince(db, seen)).filter(({ slug, at }) => at > seen && concerns(new Set([slug])));
        seen = missed.at(-1)?.at ?? seen;
        await write('open');
        if (asked.success && missed.length > 0) await write('changed');
        await ended;
      } finally {
        stop();
        clearTimeout(telling);
        clearInterval(heartbeat);
        inAll -= 1;
        const left = (open.get(session) ?? 1) - 1;
        if (left === 0) open.delete(session);
        else open.set(session, left);
      }
    });
  });
  return app;
}
