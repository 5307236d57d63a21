import { createHash } from 'node:crypto';
import type { People } from '../domain/people.js';
import type { Database } from '../store/database.js';
import {
  type ClaimedDelivery,
  claimDue,
  type NewDelivery,
  nextDeparture,
  postponeDelivery,
  routeOutbox,
  settleDeliveries,
} from '../store/deliveries.js';
import { type Notice, noticesOf } from '../store/notices.js';
import { nextAttemptAt } from './back-off.js';
import { type Channel, DeliveryFailed } from './channel.js';
import { afterQuietHours, type QuietHours } from './quiet-hours.js';
import { recipientsOf } from './recipients.js';
import { worthTelling } from './relevance.js';

/** Longer than any attempt may take. */
const LEASE_MS = 180_000;
/** A digest that is longer is not read either. */
const LONGEST_DIGEST = 100;

export interface DeliveryDependencies {
  readonly db: Database;
  readonly channels: readonly Channel[];
  /** Reads people.yaml (or whatever knows the people) anew. */
  readonly readPeople: () => Promise<People>;
  /** How long the first message to somebody waits for others, in milliseconds. */
  readonly digestMs: number;
  readonly quiet?: QuietHours;
  readonly clock: () => Date;
  /** 0 to 1, for spreading repetitions. */
  readonly random: () => number;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

function zoneOf(notice: Notice): string {
  return notice.status?.timeZone ?? 'utc';
}

/**
 * Turns what is in the outbox into deliveries, one for each channel and target.
 * @returns how many notifications left the outbox
 */
export async function routeNotifications(deps: DeliveryDependencies): Promise<number> {
  const { db, channels, digestMs, quiet } = deps;
  const people = await deps.readPeople();
  const now = deps.clock();
  return routeOutbox(db, now, async (transaction, { id }) => {
    const [notice] = await noticesOf(transaction, [id]);
    if (!notice) return [];
    const recipients = recipientsOf(notice, people);
    const deliveries: NewDelivery[] = [];
    for (const channel of channels) {
      for (const target of channel.targets(notice, recipients)) {
        const before = new Date(now.getTime() + digestMs);
        const next = channel.forPeople
          ? ((await nextDeparture(transaction, { channel: channel.name, target, after: now, before })) ?? before)
          : now;
        const nextAt = channel.forPeople ? afterQuietHours(next, zoneOf(notice), quiet) : now;
        deliveries.push({ notificationId: id, channel: channel.name, target, nextAt });
      }
    }
    return deliveries;
  });
}

/** The same for the same deliveries, whoever sends them and however often. */
function parcelId(deliveries: readonly ClaimedDelivery[]): string {
  return createHash('sha256')
    .update(deliveries.map(({ channel, id }) => `${channel}:${id}`).join(' '))
    .digest('hex')
    .slice(0, 32);
}

interface Failed {
  readonly deliveries: readonly ClaimedDelivery[];
  readonly notices: readonly Notice[];
  readonly failure: DeliveryFailed;
}

async function afterFailure({ db, quiet, random, log, clock }: DeliveryDependencies, channel: Channel, failed: Failed): Promise<void> {
  const { deliveries, notices, failure } = failed;
  const { forGood = false, retryAfterMs: atLeastMs = 0 } = failure.how;
  const now = clock();
  // What went out together is tried again together.
  const spread = random();
  const attempt = Math.max(...deliveries.map((each) => each.attempt));
  log.warn({ channel: channel.name, messages: deliveries.length, attempt, reason: failure.message }, 'a message did not arrive');
  for (const { id, createdAt, notificationId } of deliveries) {
    const again = forGood ? undefined : nextAttemptAt({ attempt, createdAt, now, atLeastMs }, spread);
    if (again === undefined) {
      await settleDeliveries(db, [id], { outcome: 'given_up', now, error: failure.message });
      log.warn({ channel: channel.name, delivery: id, attempt, reason: failure.message }, 'a message is given up');
      continue;
    }
    const notice = notices.find((each) => each.id === notificationId);
    const nextAt = channel.forPeople && notice ? afterQuietHours(again, zoneOf(notice), quiet) : again;
    await postponeDelivery(db, id, { nextAt, error: failure.message });
  }
}

/** What of it the target should still hear. A program is told what happened; people are told what still matters, and is still theirs. */
function stillFor(channel: Channel, target: string, notices: readonly Notice[], people: People): Notice[] {
  if (!channel.forPeople) return [...notices];
  return worthTelling(notices.filter((notice) => channel.targets(notice, recipientsOf(notice, people)).includes(target)));
}

/**
 * Sends what is due for one target of a channel. A message that does not arrive is recorded and tried again later; that is never thrown.
 *
 * @returns whether there was anything
 */
async function deliverNext(deps: DeliveryDependencies, channel: Channel): Promise<boolean> {
  const { db } = deps;
  const people = await deps.readPeople();
  const now = deps.clock();
  const most = channel.forPeople ? LONGEST_DIGEST : 1;
  const claimed = await claimDue(db, { channel: channel.name, now, leaseMs: LEASE_MS, most });
  const [first] = claimed;
  if (!first) return false;
  const { target } = first;
  const found = await noticesOf(
    db,
    claimed.map((each) => each.notificationId),
  );
  const notices = stillFor(channel, target, found, people);
  const told = new Set(notices.map((notice) => notice.id));
  const kept = claimed.filter((each) => told.has(each.notificationId));
  const idsOf = (deliveries: readonly ClaimedDelivery[]): string[] => deliveries.map((each) => each.id);
  await settleDeliveries(db, idsOf(claimed.filter((each) => !told.has(each.notificationId))), { outcome: 'outdated', now });
  if (kept.length === 0) return true;
  let outcome: 'delivered' | 'outdated';
  try {
    outcome = (await channel.send({ target, id: parcelId(kept), notices, now })) ? 'delivered' : 'outdated';
  } catch (error) {
    const failure = error instanceof DeliveryFailed ? error : new DeliveryFailed('failed in a way that the channel does not know');
    await afterFailure(deps, channel, { deliveries: kept, notices, failure });
    return true;
  }
  await settleDeliveries(db, idsOf(kept), { outcome, now: deps.clock() });
  return true;
}

/** Sends everything that is due on one channel now. */
export async function deliverDue(deps: DeliveryDependencies, channel: Channel, stop?: AbortSignal): Promise<void> {
  while (stop?.aborted !== true && (await deliverNext(deps, channel))) continue;
}
