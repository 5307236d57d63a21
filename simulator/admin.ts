import { Hono } from 'hono';
import { z } from 'zod';
import { clockRequest, eventsQuery, ledgerQuery, settingsRequest } from './admin-schemas.js';
import type { ApiParts } from './api.js';
import { faultRequest } from './faults.js';
import { openApiDocument } from './openapi.js';
import { act, NotFoundByPerson, personAction } from './people.js';
import type { SeedDocument } from './seed.js';
import { parseSeed } from './seed-request.js';
import { countedEvents } from './tracked-events.js';

/** `/_sim/…`: what tests, the demo and the page use to look behind TikTok's counter. */
export function adminRoutes(parts: ApiParts): Hono {
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
  app.get('/events', (context) => {
    const { pixel, event_id: eventId, limit } = eventsQuery.parse(context.req.query());
    const events = countedEvents(store.state.trackedEvents, { sourceId: pixel });
    const wanted = eventId === undefined ? events : events.filter((event) => event.eventId === eventId);
    return context.json({ events: limit === undefined ? wanted : wanted.slice(-limit) });
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

  const settings = (): object => ({ answerDelayMs: parts.answerDelayMs, ...parts.rateLimiter.settings });
  app.get('/settings', (context) => context.json(settings()));
  app.post('/settings', async (context) => {
    const { answerDelayMs, rateLimit, endpointRateLimits } = settingsRequest.parse(await context.req.json());
    if (answerDelayMs !== undefined) parts.answerDelayMs = answerDelayMs;
    if (rateLimit !== undefined) parts.rateLimiter.set(rateLimit);
    if (endpointRateLimits !== undefined) parts.rateLimiter.setEndpoints(endpointRateLimits);
    return context.json(settings());
  });

  const startOver = (seed: SeedDocument): void => {
    store.reset(seed);
    faults.clear();
    parts.rateLimiter.clear();
    parts.violations.length = 0;
  };
  app.post('/reset', (context) => {
    startOver({});
    return context.json({});
  });
  app.post('/seed', async (context) => {
    startOver(parseSeed(await context.req.json()));
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
