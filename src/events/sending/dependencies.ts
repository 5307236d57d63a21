import type { Database } from '../../store/database.js';
import type { TikTokClient } from '../../tiktok/client.js';
import type { Limiter } from '../../tiktok/limiter.js';
import type { SendingSettings } from './settings.js';

export interface SendingLog {
  info(facts: Readonly<Record<string, unknown>>, message: string): void;
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}

/** What hears of every event that left the queue; it must not throw. */
export interface SendingObserver {
  /** @param waitedMs from acknowledged to sent, in milliseconds, for each */
  sent(source: string, waitedMs: readonly number[]): void;
  parked(reason: string, count: number): void;
  /** A request that was not simply accepted, by what went wrong. */
  failed(outcome: string, events: number): void;
}

/** What sending stands on. */
export interface SendingDependencies {
  /** Where the events are. */
  readonly db: Database;
  readonly tiktok: Pick<TikTokClient, 'trackEvents'>;
  /** Slots per destination; the limit of the endpoint is the client's own. */
  readonly limiter?: Limiter | undefined;
  /** SHA-256 of the access token in use, hex: a new one is tried although the old one is refused. */
  readonly tokenHash: () => Promise<string>;
  readonly settings: SendingSettings;
  readonly clock: () => Date;
  /** 0 to 1, for spreading repetitions. */
  readonly random: () => number;
  readonly observer: SendingObserver;
  readonly log: SendingLog;
}
