import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNotifier } from '../../src/notifications/run.js';
import { type Office, openOffice } from './office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
}, 60_000);
afterAll(async () => office.close());

it('the notifier says that it is alive after each look at the outbox, and does not when the database is away', async () => {
  const told: string[] = [];
  const until = (event: string): { stop: AbortController; tell: (what: string) => void } => {
    const stop = new AbortController();
    return {
      stop,
      tell: (what) => {
        told.push(what);
        if (what === event) stop.abort();
      },
    };
  };
  const well = until('alive');
  await runNotifier(office.deps, { everyMs: 1, stop: well.stop.signal, alive: () => well.tell('alive') });
  const ill = until('warned');
  const away = { ...office.deps, channels: [], log: { info: () => undefined, warn: () => ill.tell('warned') } };
  const { db, ...others } = away;
  await runNotifier(
    { ...others, db: db.withSchema('nowhere') },
    {
      everyMs: 1,
      stop: ill.stop.signal,
      alive: () => ill.tell('alive'),
    },
  );
  expect(told).toEqual(['alive', 'warned']);
});
