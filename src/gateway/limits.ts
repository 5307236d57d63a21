import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { countedAs } from '../process/sender-address.js';
import type { OpenWriteKey } from '../store/event-write-keys.js';
import { busy, Refusal } from './refusal.js';
import type { GatewayLimits } from './dependencies.js';

/** Wrong keys of one address in a minute, then it waits; a right one is never held up by others' wrong ones. */
const WRONG_PER_MINUTE = 120;
/** Requests at work at the same time; more than these would only wait in memory for the database. */
const AT_WORK = 200;
/** Of these, with one key, so that one sender cannot hold up all the others. */
const AT_WORK_OF_KEY = 150;
/** Of these, from one caller's address with a key for browsers. */
const AT_WORK_OF_BROWSER = 20;

async function spend(limiter: RateLimiterMemory, key: string, points: number, message: string): Promise<void> {
  try {
    await limiter.consume(key, points);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
    throw new Refusal(429, 'too_many', message, `send it again in ${seconds} s`, { 'retry-after': String(seconds) });
  }
}

export interface Spending {
  /** @throws Refusal 429 with `Retry-After`; nothing was taken in */
  events(count: number): Promise<void>;
  /** @throws Refusal 429 when too much of this sender's is at work; else says when this is over */
  begin(): () => void;
}

/** Counts what is at work, by sender. */
function places(most: number, whose: string): (sender: string) => () => void {
  const atWork = new Map<string, number>();
  return (sender) => {
    const before = atWork.get(sender) ?? 0;
    if (before >= most)
      throw new Refusal(429, 'too_many_at_once', `more than ${most} requests at work at once ${whose}`, 'send it again in 1 s', {
        'retry-after': '1',
      });
    atWork.set(sender, before + 1);
    return () => {
      const left = (atWork.get(sender) ?? 1) - 1;
      if (left > 0) atWork.set(sender, left);
      else atWork.delete(sender);
    };
  };
}

export interface RequestLimits {
  /** What a key, and with a key for browsers its caller, may still send. */
  of(key: OpenWriteKey, address: string): Spending;
  /** @throws Refusal 429 after too many wrong keys of one address */
  wrongKey(address: string): Promise<void>;
  /** @throws Refusal 503 when too much is at work; else says when this is over */
  begin(): () => void;
}

/** The limits of one gateway process; several of them add up. */
export function createLimits({ eventsPerMinute, browserEventsPerMinute }: GatewayLimits): RequestLimits {
  const ofKey = new RateLimiterMemory({ points: eventsPerMinute, duration: 60, keyPrefix: 'key' });
  const ofBrowser = new RateLimiterMemory({ points: browserEventsPerMinute, duration: 60, keyPrefix: 'browser' });
  const wrong = new RateLimiterMemory({ points: WRONG_PER_MINUTE, duration: 60, keyPrefix: 'wrong' });
  const placeOfKey = places(AT_WORK_OF_KEY, 'with this write key');
  const placeOfBrowser = places(AT_WORK_OF_BROWSER, 'from this address');
  let atWork = 0;
  return {
    of: ({ id, origins }, address) => ({
      async events(count) {
        if (origins.length > 0)
          await spend(ofBrowser, countedAs(address), count, `more than ${browserEventsPerMinute} events in a minute from this address`);
        await spend(ofKey, id, count, `more than ${eventsPerMinute} events in a minute with this write key`);
      },
      begin() {
        const leave = origins.length > 0 ? placeOfBrowser(countedAs(address)) : () => undefined;
        try {
          const leaveKey = placeOfKey(id);
          return () => {
            leaveKey();
            leave();
          };
        } catch (error) {
          leave();
          throw error;
        }
      },
    }),
    wrongKey: (address) => spend(wrong, countedAs(address), 1, 'too many wrong write keys from this address'),
    begin() {
      if (atWork >= AT_WORK) throw busy('the gateway is at work on as much as it can', 1);
      atWork += 1;
      let over = false;
      return () => {
        if (!over) atWork -= 1;
        over = true;
      };
    },
  };
}
