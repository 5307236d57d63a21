import type { Logger } from 'pino';
import type { Metrics } from '../process/prometheus.js';
import type { Database } from '../store/database.js';

export interface GatewayLimits {
  /** Of one write key. */
  readonly eventsPerMinute: number;
  /** Of one caller's address, with a key for browsers, which everybody can read in the page. */
  readonly browserEventsPerMinute: number;
  /** Of one request, also once it is unpacked. */
  readonly bodyBytes: number;
  /** How long a body of events may take to come, in milliseconds. */
  readonly bodyMs: number;
  /** Of one uploaded file. */
  readonly uploadBytes: number;
}

export interface GatewayDependencies {
  /** The engine's database: event settings and write keys. */
  readonly db: Database;
  /** Where events and uploads are; the same one, unless they have outgrown it. */
  readonly eventsDb: Database;
  readonly clock: () => Date;
  /** Never hears of a key, of an event's content, or of a person. */
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly metrics: Metrics;
  readonly limits: GatewayLimits;
  /** Proxies in front whose word about addresses counts. */
  readonly trustedProxies: number;
  /** Where the bytes of uploads wait, absolute. */
  readonly uploadFolder: string;
}
