import { Hono } from 'hono';
import { z } from 'zod';
import type { ApiParts } from './api.js';
import { faultRequest } from './faults.js';
import { openApiDocument } from './openapi.js';
import { act, NotFoundByPerson, personAction } from './people.js';
import type { RateLimiter } from './rate-limit.js';
import { parseSeed } from './seed-request.js';

const clockRequest = z.strictObject({
  advanceMs: z.number().nonnegative().optional(),
  scale: z.number().gt(0).max(1_000_000).optional(),
});

const settingsRequest = z.strictObject({
  answerDelayMs: z.number().nonnegative().optional(),
  rateLimit: z
    .union([
      z.enum(['off', 'basic', 'advanced', 'premium', 'ultimate']),
      z.strictObject({ qps: z.number().positive(), qpm: z.number().positive().optional() }),
    ])
    .optional(),
});

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const ledgerQuery = z.object({
  path: z.string().optional(),
  mutation: flag.optional(),
  committed: flag.optional(),
  advertiser: z.string().optional(),
  tenant: z.string().optional(),
  code: z.coerce.number().optional(),
  since: z.coerce.number().optional(),
  limit: z.coerce.number().int().positive().optional(),
  summary: flag.optional(),
});

/** `/_sim/…`: what tests, the demo and the page use to look behind TikTok's counter. */
export function adminRoutes(parts: ApiParts & { rateLimiter: RateLimiter }): Hono {
  const app = new Hono();
  const { store, faults } = parts;

  app.get('/ledger', (context) => {
    const { summary, ...filter } = ledgerQuery.parse(context.req.query());
    const entries = store.ledger.find(filter);
    if (summary !== true) return context.json({ count: entries.length, entries });
    const byPath: Record<string, number> = {};
    for (const entry of entries) byPath[entry.path] = (byPath[entry.path] ?? 0) + 1;
    return context.json({ count: entries.length, byPath });
  });
  app.get('/violations', (context) => context.json({ violations: parts.violations }));
  app.get('/state', (context) => context.json({ now: new Date(store.clock.now()).toISOString(), ...store.state, tokens: undefined }));
  app.get('/openapi.json', (context) => context.json(openApiDocument));

  app.get('/faults', (context) => context.json({ faults: faults.list() }));
  app.post('/faults', async (context) => context.json({ id: faults.add(faultRequest.parse(await context.req.json())) }));
  app.delete('/faults', (context) => {
    faults.clear();
    return context.json({});
  });
  app.delete('/faults/:id', (context) =>
    faults.remove(Number(context.req.param('id'))) ? context.json({}) : context.json({ error: 'no such fault' }, 404),
  );

  app.get('/clock', (context) => context.json({ now: new Date(store.clock.now()).toISOString(), scale: store.clock.scale }));
  app.post('/clock', async (context) => {
    const { advanceMs, scale } = clockRequest.parse(await context.req.json());
    if (scale !== undefined) store.clock.setScale(scale);
    if (advanceMs !== undefined) store.clock.advance(advanceMs);
    store.changed();
    return context.json({ now: new Date(store.clock.now()).toISOString(), scale: store.clock.scale });
  });

  app.post('/people', async (context) => {
    const result = act(store.state, personAction.parse(await context.req.json()), store.clock.now());
    store.changed();
    return context.json(result);
  });

  app.post('/settings', async (context) => {
    const { answerDelayMs, rateLimit } = settingsRequest.parse(await context.req.json());
    if (answerDelayMs !== undefined) parts.answerDelayMs = answerDelayMs;
    if (rateLimit !== undefined) parts.rateLimiter.set(rateLimit);
    return context.json({ answerDelayMs: parts.answerDelayMs });
  });

  app.post('/reset', (context) => {
    store.reset({});
    faults.clear();
    parts.violations.length = 0;
    return context.json({});
  });
  app.post('/seed', async (context) => {
    store.reset(parseSeed(await context.req.json()));
    return context.json({});
  });

  app.onError((error, context) => {
    if (error instanceof z.ZodError) return context.json({ error: 'bad request', issues: error.issues }, 400);
    if (error instanceof SyntaxError) return context.json({ error: 'the body is not JSON' }, 400);
    if (error instanceof NotFoundByPerson) return context.json({ error: error.message }, 404);
    throw error;
  });
  return app;
}
