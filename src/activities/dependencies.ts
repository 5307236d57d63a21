import type { Database } from '../store/database.js';
import type { SecretStore } from '../store/secrets.js';
import type { BusinessCenterLists } from './business-center-lists.js';
import type { PlayedHosts } from './guarded-fetch.js';
import type { TikTokCalls } from '../tiktok/calls.js';

export interface ActivityLog {
  info(facts: Readonly<Record<string, unknown>>, message: string): void;
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
}

/** What the activities stand on; every factory takes the part it needs. */
export interface ActivityDependencies {
  readonly tiktok: TikTokCalls;
  readonly lists: BusinessCenterLists;
  /** Where the intents of irreversible calls are kept. */
  readonly db: Database;
  /** Where conversion events are; `db` when left out. */
  readonly eventsDb?: Database | undefined;
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly clock: () => Date;
  readonly log: ActivityLog;
  /** Whether this worker may fetch tenants' addresses on its own machine (development and tests); an onboarding's settings must say so too. */
  readonly allowLoopback?: boolean | undefined;
  /** Example hosts that a loopback server plays; only development and demos set it. */
  readonly hosts?: PlayedHosts | undefined;
  /** Over how long absence must be seen before it is believed (design, section 6.1), and by how many reads. */
  readonly reconcile: { readonly spreadMs: number; readonly reads: number };
}

/** Lookups of TikTok lag by up to 30 s; four reads over 90 s are believed. */
export const DEFAULT_RECONCILE = { spreadMs: 90_000, reads: 4 } as const;
