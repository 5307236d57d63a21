/** TikTok's limits per developer app and endpoint (facts 1.4). */

export type RateLevel = 'basic' | 'advanced' | 'premium' | 'ultimate';

/** Requests per second and per minute. */
export interface Quota {
  readonly qps: number;
  readonly qpm: number;
}

/** `off`, one of TikTok's levels, or the same number for every endpoint. */
export type RateLimitSetting = 'off' | RateLevel | { qps: number; qpm?: number | undefined };

const LEVELS: Record<RateLevel, Quota> = {
  basic: { qps: 10, qpm: 600 },
  advanced: { qps: 20, qpm: 1200 },
  premium: { qps: 30, qpm: 1800 },
  ultimate: { qps: 50, qpm: 3000 },
};

const order: readonly RateLevel[] = ['basic', 'advanced', 'premium', 'ultimate'];

const same = (qps: number, qpm: number): readonly Quota[] => order.map(() => ({ qps, qpm }));
const quotas = (...pairs: [qps: number, qpm: number][]): readonly Quota[] => pairs.map(([qps, qpm]) => ({ qps, qpm }));

/** Basic, Advanced, Premium, Ultimate (facts 1.4, the table of overrides). */
const OVERRIDES: Readonly<Record<string, readonly Quota[]>> = {
  '/ad/create/': quotas([5, 150], [10, 200], [10, 300], [15, 300]),
  '/catalog/product/file/': quotas([5, 300], [5, 300], [10, 600], [10, 600]),
  '/catalog/product/upload/': quotas([5, 300], [5, 300], [10, 600], [10, 600]),
  '/catalog/product/update/': quotas([2, 120], [2, 120], [5, 300], [5, 300]),
  '/catalog/product/delete/': quotas([2, 120], [2, 120], [5, 300], [5, 300]),
  '/event/track/': same(1000, 600_000),
};

const BLOCK_MS = 300_000;

interface Window {
  second: number;
  inSecond: number;
  minute: number;
  inMinute: number;
  blockedUntil: number;
}

/** Counts by calendar second and minute. */
export class RateLimiter {
  #windows = new Map<string, Window>();

  constructor(private setting: RateLimitSetting) {}

  set(setting: RateLimitSetting): void {
    this.setting = setting;
    this.#windows.clear();
  }

  /** The quota in force for an endpoint; `null` when limits are off. */
  quota(path: string): Quota | null {
    if (this.setting === 'off') return null;
    if (typeof this.setting === 'object') {
      return { qps: this.setting.qps, qpm: this.setting.qpm ?? this.setting.qps * 60 };
    }
    return OVERRIDES[path]?.[order.indexOf(this.setting)] ?? LEVELS[this.setting];
  }

  /** Counts one request; false when it is one too many. A breach of the minute closes the endpoint for five minutes. */
  admit(appId: string, path: string, wallMs: number): boolean {
    const quota = this.quota(path);
    if (quota === null) return true;
    const key = `${appId} ${path}`;
    const window = this.#windows.get(key) ?? { second: 0, inSecond: 0, minute: 0, inMinute: 0, blockedUntil: 0 };
    this.#windows.set(key, window);
    const second = Math.floor(wallMs / 1000);
    const minute = Math.floor(wallMs / 60_000);
    if (window.second !== second) Object.assign(window, { second, inSecond: 0 });
    if (window.minute !== minute) Object.assign(window, { minute, inMinute: 0 });
    if (wallMs < window.blockedUntil) return false;
    window.inSecond += 1;
    if (window.inSecond > quota.qps) return false;
    window.inMinute += 1;
    if (window.inMinute <= quota.qpm) return true;
    window.blockedUntil = wallMs + BLOCK_MS;
    return false;
  }
}
