import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { EXIT, type ExitCode } from '../../src/cli/exit.js';
import { runKobi } from '../../src/cli/program.js';
import { shellWord } from '../../src/cli/shell-word.js';
import type { Database } from '../../src/store/database.js';
import { eventsOfSender } from '../../src/store/event-ledger.js';
import type { Child } from '../stack/child.js';
import { type RunningGateway, startGateway } from '../stack/gateway.js';
import { startSender } from '../stack/sender.js';
import type { Stack } from '../stack/stack.js';
import { openShop, type ShopSite } from './shop-site.js';
import { buySomething } from './shopper.js';
import { writeTillFile } from './till-file.js';

const GIVE_UP_AFTER_MS = 60_000;

const countedEvents = z.object({
  events: z.array(z.object({ event: z.string(), eventId: z.string(), channels: z.array(z.string()), arrivals: z.number() })),
});

interface Counted {
  readonly channels: readonly string[];
  readonly arrivals: number;
}

/** Looks until there is something. @throws Error with what was awaited, after a minute */
async function seen<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} did not happen within a minute`);
    await sleep(200);
  }
}

/** The purchase as TikTok's side counts it, once it was heard from both sides. */
function countedFromBoth(simulatorUrl: string, order: string): Promise<Counted> {
  return seen(`the arrival of ${order} from browser and server`, async () => {
    const answer = await fetch(`${simulatorUrl}/_sim/events?event_id=${encodeURIComponent(order)}`);
    const { events } = countedEvents.parse(await answer.json());
    const [only, another] = events;
    if (another) throw new Error(`TikTok's side counts ${order} more than once: ${JSON.stringify(events)}`);
    return only && only.channels.length === 2 ? only : undefined;
  });
}

function settled(db: Database, slug: string, eventId: string): Promise<true> {
  return seen(`the sending of ${eventId}`, async () => {
    const [event] = await eventsOfSender(db, slug, eventId);
    return event !== undefined && event.state !== 'waiting' ? true : undefined;
  });
}

export interface ShopDay {
  readonly stack: Stack;
  readonly db: Database;
  readonly slug: string;
  /** Where files are left. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Types a command of `kobi` and shows what it answers. @throws Error when it ends with another exit code */
async function type({ stack, say }: ShopDay, exitCode: ExitCode, ...words: readonly string[]): Promise<void> {
  const command = `kobi ${words.map(shellWord).join(' ')}`;
  say(`\n$ ${command}`);
  const terminal = { out: say, err: say, live: false, color: false, columns: process.stdout.columns ?? 120, now: () => new Date() };
  const ended = await runKobi(words, terminal, { ...process.env, ...stack.env });
  if (ended !== exitCode) throw new Error(`${command} ended with ${ended}, not with ${exitCode}`);
}

/**
 * A day in a tenant's shop: somebody buys on its site, and TikTok hears of it from the browser and from the server and counts it once; the
 * till's sales come as a file, of which three lines cannot be used; and the ledger tells the story of each.
 */
export async function playShopDay(day: ShopDay): Promise<void> {
  const { stack, db, slug, folder, say } = day;
  let gateway: RunningGateway | undefined;
  let sender: Child | undefined;
  let shop: ShopSite | undefined;
  try {
    [gateway, sender] = await Promise.all([startGateway(stack, folder), startSender(stack)]);
    shop = await openShop(db, slug, { gatewayUrl: gateway.url, simulatorUrl: stack.simulatorUrl });
    say(`\nevents    ${slug}: its shop is open at ${shop.origin}, with the snippet that kobi events snippet ${slug} prints`);
    const { order, by } = await buySomething(shop);
    say(`events    ${slug}: somebody comes from an ad, agrees to be measured and buys, order ${order} (${by})`);
    const { channels, arrivals } = await countedFromBoth(stack.simulatorUrl, order);
    say(
      `events    ${slug}: TikTok's side counts the purchase ${order} once, of ${arrivals} copies, from ${channels.toSorted().join(' and ')}`,
    );
    await settled(db, slug, order);
    await type(day, EXIT.done, 'events', 'show', order, '--tenant', slug);
    const { file, firstOrder } = writeTillFile(folder, new Date());
    // Lines that are refused are no success.
    await type(day, EXIT.failed, 'events', 'upload', slug, file);
    await settled(db, slug, firstOrder);
    await type(day, EXIT.done, 'events', 'show', firstOrder, '--tenant', slug);
  } finally {
    await shop?.close();
    await Promise.all([gateway?.child.stop(), sender?.stop()]);
  }
}
