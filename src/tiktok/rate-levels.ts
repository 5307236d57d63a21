/** Calls per second, minute and UTC day; TikTok counts them per developer app and endpoint (facts 1.4). */
export interface RateLimit {
  readonly qps: number;
  readonly qpm: number;
  readonly qpd: number;
}

const NAMED_LEVELS = ['basic', 'advanced', 'premium', 'ultimate'] as const;
type NamedLevel = (typeof NAMED_LEVELS)[number];

/** The app's level at TikTok, our own number of calls per second and endpoint, or no limit at all. */
export type RateLevel = NamedLevel | 'sandbox' | 'off' | number;

function limit(qps: number, qpm: number, qpd: number): RateLimit {
  return { qps, qpm, qpd };
}

const LEVELS: Readonly<Record<NamedLevel, RateLimit>> = {
  basic: limit(10, 600, 864_000),
  advanced: limit(20, 1_200, 1_728_000),
  premium: limit(30, 1_800, 2_592_000),
  ultimate: limit(50, 3_000, 4_320_000),
};

const SANDBOX = limit(1, 30, 1_000);

type Quadruple = readonly [basic: RateLimit, advanced: RateLimit, premium: RateLimit, ultimate: RateLimit];
const same = (all: RateLimit): Quadruple => [all, all, all, all];
const paired = (lower: RateLimit, upper: RateLimit): Quadruple => [lower, lower, upper, upper];

const PRODUCT_WRITES = paired(limit(5, 300, 432_000), limit(10, 600, 864_000));
const PRODUCT_CHANGES = paired(limit(2, 120, 172_800), limit(5, 300, 432_000));

/** Endpoints with limits of their own (facts 1.4, second table), of those that we call or may come to call. */
const OVERRIDES: Readonly<Record<string, Quadruple>> = {
  '/ad/create/': [limit(5, 150, 86_400), limit(10, 200, 86_400), limit(10, 300, 86_400), limit(15, 300, 86_400)],
  '/catalog/product/file/': PRODUCT_WRITES,
  '/catalog/product/upload/': PRODUCT_WRITES,
  '/catalog/product/update/': PRODUCT_CHANGES,
  '/catalog/product/delete/': PRODUCT_CHANGES,
  '/report/task/create/': same(limit(2, 60, 4_500)),
  '/event/track/': same(limit(1_000, 600_000, 86_400_000)),
};

/** The limit in force for an endpoint, `null` where there is none. */
export function rateLimitOf(level: RateLevel, endpoint: string): RateLimit | null {
  if (level === 'off') return null;
  if (level === 'sandbox') return SANDBOX;
  if (typeof level === 'number') return limit(level, level * 60, level * 86_400);
  return OVERRIDES[endpoint]?.[NAMED_LEVELS.indexOf(level)] ?? LEVELS[level];
}
