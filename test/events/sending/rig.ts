import { z } from 'zod';
import { takeInEvents } from '../../../src/events/intake.js';
import type { SendingDependencies } from '../../../src/events/sending/dependencies.js';
import { runSending } from '../../../src/events/sending/run.js';
import { SENDING, type SendingSettings } from '../../../src/events/sending/settings.js';
import { sha256 } from '../../../src/domain/events/hashing.js';
import { prepareMap } from '../../../src/domain/events/prepared-map.js';
import type { Database } from '../../../src/store/database.js';
import { createTikTokClient } from '../../../src/tiktok/client.js';
import { settings, WHOLE } from '../../domain/events/shop.js';
import { reachableAccount } from '../../simulator/accounts.js';
import { useSimulator } from '../../simulator/harness.js';
import { textAt, TikTokRequest } from '../../simulator/tiktok-request.js';
import { usePostgres } from '../../store/postgres.js';

/** Waits as short as they can be: what a test asserts is what happens, never how long it takes. */
const QUICK: SendingSettings = {
  ...SENDING,
  everyMs: 5,
  leaseMs: 60_000,
  firstRetryMs: 1,
  longestRetryMs: 20,
  breakerFirstMs: 1,
  breakerLongestMs: 20,
  slowDownFirstMs: 1,
  slowDownLongestMs: 20,
};

const simulated = z.object({
  trackedEvents: z.array(
    z.object({
      sourceId: z.string(),
      source: z.string(),
      eventId: z.string(),
      testEventCode: z.string(),
      fate: z.enum(['counted', 'merged', 'dropped']),
    }),
  ),
});

export interface Shop {
  readonly slug: string;
  readonly pixelCode: string;
  /** Takes events in: purchases of the web with these ids unless told otherwise. */
  takeIn(events: readonly object[], change?: object): Promise<void>;
}

export const purchase = (id: string): object => ({ ...WHOLE.web, event_id: id });
export const purchases = (count: number, prefix = 'e'): object[] =>
  Array.from({ length: count }, (_, index) => purchase(`${prefix}-${index}`));

/** PostgreSQL, a simulator, and senders as many as a test wants. */
export function useSending() {
  const postgres = usePostgres();
  const simulator = useSimulator({ rateLimit: 'off' });
  const tiktok = new TikTokRequest(() => simulator.apiUrl);
  let shops = 0;

  return {
    postgres,
    simulator,
    /** A tenant with a pixel that the token may send to. */
    async shop(db: Database): Promise<Shop> {
      const slug = `shop_${(shops += 1)}`;
      const advertiser_id = await reachableAccount(tiktok, slug);
      const pixel = await tiktok.post('/pixel/create/', { advertiser_id, pixel_name: slug, pixel_category: 'ONLINE_STORE' });
      const pixelCode = textAt(pixel.data, 'pixel_code');
      const destinations = { ...settings().destinations, web: { pixel_code: pixelCode, website: 'https://shop.example.org/' } };
      return {
        slug,
        pixelCode,
        async takeIn(events, change = {}) {
          const prepared = prepareMap(settings({ destinations, ...change }));
          for (let from = 0; from < events.length; from += 1_000) {
            const answers = await takeInEvents({ db, prepared }, slug, events.slice(from, from + 1_000), new Date());
            const refused = answers.filter(({ status }) => status !== 'accepted');
            if (refused.length > 0) throw new Error(`not all events of the test are taken: ${JSON.stringify(refused[0])}`);
          }
        },
      };
    },
    /** A sender; `end` lets it finish what it is sending. */
    start(
      db: Database,
      {
        quick = {},
        token = 'sim-token-kobi-admin',
        ...more
      }: Partial<Omit<SendingDependencies, 'db' | 'settings'>> & {
        readonly quick?: Partial<SendingSettings>;
        readonly token?: string | (() => Promise<string>);
      } = {},
    ) {
      const stop = new AbortController();
      const stopNow = new AbortController();
      const read = typeof token === 'string' ? () => Promise.resolve(token) : token;
      const client = createTikTokClient({
        baseUrl: simulator.apiUrl,
        appId: 'app',
        appSecret: 'secret',
        accessToken: read,
        deadlineMs: 10_000,
      });
      const log: unknown[] = [];
      const keep = (facts: object, message: string): void => void log.push({ message, ...facts });
      const ended = runSending(
        {
          db,
          tiktok: client,
          tokenHash: async () => sha256(await read()),
          settings: { ...QUICK, ...quick },
          clock: () => new Date(),
          random: Math.random,
          observer: { sent: () => undefined, parked: () => undefined, failed: () => undefined },
          log: { info: keep, warn: keep, error: keep },
          ...more,
        },
        { stop: stop.signal, stopNow: stopNow.signal },
      );
      return {
        log,
        async end(): Promise<void> {
          stop.abort();
          await ended;
          client.close();
        },
      };
    },
    /** What the simulator took of a destination, in the order in which it came, and which of it came again. */
    async taken(sourceId: string) {
      const { trackedEvents } = simulated.parse(await simulator.admin.ok('GET', 'state'));
      const all = trackedEvents.filter((event) => event.sourceId === sourceId);
      const idsOf = (fate: string): string[] => all.filter((event) => event.fate === fate).map(({ eventId }) => eventId);
      return { ids: idsOf('counted'), repeated: idsOf('dropped'), all };
    },
  };
}

/** How many events of a tenant are in each state. */
export async function counts(db: Database, slug: string): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('events')
    .select(['state', (is) => is.fn.countAll<string>().as('count')])
    .where('slug', '=', slug)
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
}

/** Waits until something holds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until nothing of the tenant waits any more. */
export function settled(db: Database, slug: string): Promise<void> {
  return until(`events of ${slug} are settled`, async () => ((await counts(db, slug)).waiting ?? 0) === 0);
}
