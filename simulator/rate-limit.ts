/** TikTok's limits per developer app and endpoint (facts 1.4). */

export type RateLevel = 'basic' | 'advanced' | 'premium' | 'ultimate';

/** Requests per second, minute and day (UTC). */
export interface Quota {
  readonly qps: number;
  readonly qpm: number;
  readonly qpd: number;
}

/** The same numbers for every endpoint; what is left out follows from the second. */
export interface CustomQuota {
  readonly qps: number;
  readonly qpm?: number | undefined;
  readonly qpd?: number | undefined;
}

/** `off`, one of TikTok's levels, or own numbers. */
export type RateLimitSetting = 'off' | RateLevel | CustomQuota;

/** Endpoints that differ from the setting, by path. */
export type EndpointLimits = Readonly<Record<string, 'off' | CustomQuota>>;

const quota = (qps: number, qpm: number, qpd: number): Quota => ({ qps, qpm, qpd });

const LEVELS: Record<RateLevel, Quota> = {
  basic: quota(10, 600, 864_000),
  advanced: quota(20, 1200, 1_728_000),
  premium: quota(30, 1800, 2_592_000),
  ultimate: quota(50, 3000, 4_320_000),
};

const order: readonly RateLevel[] = ['basic', 'advanced', 'premium', 'ultimate'];

const same = (all: Quota): readonly Quota[] => order.map(() => all);
const pairs = (lower: Quota, upper: Quota): readonly Quota[] => [lower, lower, upper, upper];

/** Basic, Advanced, Premium, Ultimate (facts 1.4, the table of overrides). */
const OVERRIDES: Readonly<Record<string, readonly Quota[]>> = {
  '/ad/create/': [quota(5, 150, 86_400), quota(10, 200, 86_400), quota(10, 300, 86_400), quota(15, 300, 86_400)],
  '/catalog/product/file/': pairs(quota(5, 300, 432_000), quota(10, 600, 864_000)),
  '/catalog/product/upload/': pairs(quota(5, 300, 432_000), quota(10, 600, 864_000)),
  '/catalog/product/update/': pairs(quota(2, 120, 172_800), quota(5, 300, 432_000)),
  '/catalog/product/delete/': pairs(quota(2, 120, 172_800), quota(5, 300, 432_000)),
  '/event/track/': same(quota(1000, 600_000, 86_400_000)),
};

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BLOCK_MS = 300_000;

interface Count {
  period: number;
  requests: number;
}

interface Window {
  latestMs: number;
  readonly second: Count;
  readonly minute: Count;
  readonly day: Count;
  blockedUntil: number;
}

const emptyWindow = (): Window => ({
  latestMs: 0,
  second: { period: 0, requests: 0 },
  minute: { period: 0, requests: 0 },
  day: { period: 0, requests: 0 },
  blockedUntil: 0,
});

/** Counts one more request in the calendar period that `atMs` is in. */
function countIn(count: Count, atMs: number, periodMs: number): number {
  const period = Math.floor(atMs / periodMs);
  if (count.period !== period) Object.assign(count, { period, requests: 0 });
  count.requests += 1;
  return count.requests;
}

function completed(given: CustomQuota): Quota {
  const qpm = given.qpm ?? given.qps * 60;
  return { qps: given.qps, qpm, qpd: given.qpd ?? qpm * 1440 };
}

/** Counts by calendar second, minute and day (UTC). */
export class RateLimiter {
  #windows = new Map<string, Window>();
  #endpoints: EndpointLimits = {};

  constructor(private setting: RateLimitSetting) {}

  /** Puts other limits in force; what was counted is forgotten. */
  set(setting: RateLimitSetting): void {
    this.setting = setting;
    this.clear();
  }

  /** Replaces the limits of single endpoints; the others follow the setting. */
  setEndpoints(limits: EndpointLimits): void {
    this.#endpoints = limits;
    this.clear();
  }

  /** Forgets what was counted. */
  clear(): void {
    this.#windows.clear();
  }

  /** What is in force. */
  get settings(): { rateLimit: RateLimitSetting; endpointRateLimits: EndpointLimits } {
    return { rateLimit: this.setting, endpointRateLimits: this.#endpoints };
  }

  /** The quota in force for an endpoint; `null` when limits are off. */
  quota(path: string): Quota | null {
    const own = this.#endpoints[path];
    if (own !== undefined) return own === 'off' ? null : completed(own);
    if (this.setting === 'off') return null;
    if (typeof this.setting === 'object') return completed(this.setting);
    return OVERRIDES[path]?.[order.indexOf(this.setting)] ?? LEVELS[this.setting];
  }

  /**
   * Counts one request; false when it is one too many. A breach of the second ends with the second, of the minute after five
   * minutes, of the day at midnight UTC (facts 1.4).
   */
  admit(appId: string, path: string, wallMs: number): boolean {
    const limit = this.quota(path);
    if (limit === null) return true;
    const key = `${appId} ${path}`;
    const window = this.#windows.get(key) ?? emptyWindow();
    this.#windows.set(key, window);
    // A request whose body took long to read arrived earlier than the one counted before it.
    const atMs = Math.max(wallMs, window.latestMs);
    window.latestMs = atMs;
    const inSecond = countIn(window.second, atMs, SECOND_MS);
    if (atMs < window.blockedUntil || inSecond > limit.qps) return false;
    if (countIn(window.minute, atMs, MINUTE_MS) > limit.qpm) {
      window.blockedUntil = atMs + BLOCK_MS;
      return false;
    }
    if (countIn(window.day, atMs, DAY_MS) <= limit.qpd) return true;
    window.blockedUntil = (Math.floor(atMs / DAY_MS) + 1) * DAY_MS;
    return false;
  }
}
