/** What a code of TikTok's envelope means for whoever called (facts 1.3). */
export const CODE_CLASSES = [
  'ok',
  'retry_later',
  'rate_limited',
  'token',
  'permission',
  'bad_input',
  'not_found',
  'conflict',
  'unknown_outcome',
  'fatal',
  'partial',
  'unknown_code',
] as const;
export type CodeClass = (typeof CODE_CLASSES)[number];

export interface CodeEntry {
  readonly from: number;
  readonly to: number;
  readonly class: CodeClass;
  readonly meaning: string;
  /** True where a write may have happened although TikTok answered with this code. */
  readonly mayHaveHappened: boolean;
}

type Range = number | readonly [from: number, to: number];

function entry(range: Range, codeClass: CodeClass, meaning: string, mayHaveHappened = false): CodeEntry {
  const [from, to] = typeof range === 'number' ? [range, range] : range;
  return { from, to, class: codeClass, meaning, mayHaveHappened };
}
const MAYBE = true;

/**
 * Every code of facts 1.3, the narrower ranges first. `retry_later`: nothing of ours is wrong. `conflict`: another write is under way.
 * `unknown_outcome`: TikTok gave up waiting for its own services.
 */
export const CODES: readonly CodeEntry[] = [
  entry(0, 'ok', 'success'),
  entry(20001, 'partial', 'some items done, some not', MAYBE),
  entry(40000, 'bad_input', 'invalid parameters'),
  entry(40001, 'permission', 'no permission'),
  entry(40002, 'bad_input', 'parameter error'),
  entry(40003, 'permission', 'forbidden'),
  entry(40006, 'fatal', 'API version does not fit the parameters'),
  entry(40007, 'not_found', 'the object or operation does not exist'),
  entry(40008, 'fatal', 'endpoint not implemented, or not in the sandbox'),
  entry(40009, 'fatal', 'not supported in the sandbox'),
  entry(40010, 'fatal', 'wrong domain'),
  entry(40011, 'bad_input', 'too many ids'),
  entry(40012, 'bad_input', 'nothing to update'),
  entry(40013, 'not_found', 'the sandbox account does not exist'),
  entry(40014, 'fatal', 'function not available in the sandbox'),
  entry(40016, 'rate_limited', 'app throttled on this endpoint'),
  entry(40050, 'conflict', 'duplicated request, rejected: the first one may have happened', MAYBE),
  entry(40051, 'fatal', 'invalid API version'),
  entry(40052, 'bad_input', 'the material exists already'),
  entry(40053, 'bad_input', 'invalid video id'),
  entry(40061, 'bad_input', 'invalid batch size'),
  entry(40062, 'bad_input', 'personal data is not hashed'),
  entry(40063, 'bad_input', 'invalid partner name'),
  entry(40065, 'bad_input', 'targeting not allowed for this age group'),
  entry(40100, 'rate_limited', 'app over its rate limit on this endpoint'),
  entry(40101, 'bad_input', 'app id, secret or authorisation code do not fit'),
  entry(40102, 'token', 'access token expired'),
  entry(40103, 'token', 'refresh token expired'),
  entry(40104, 'token', 'access token missing'),
  entry(40105, 'token', 'access token wrong or revoked'),
  entry(40106, 'permission', 'the user is not valid for this advertiser'),
  entry(40107, 'token', 'refresh token invalid'),
  entry(40108, 'bad_input', 'bad grant type'),
  entry(40109, 'fatal', 'decryption failed'),
  entry(40110, 'bad_input', 'authorisation code cancelled, used or expired'),
  entry(40112, 'bad_input', 'wrong password'),
  entry(40113, 'token', 'app blocked, unknown, or not the app of the token'),
  entry(40114, 'token', 'advertiser logged out'),
  entry(40115, 'token', 'authorisation timestamp expired'),
  entry(40116, 'token', 'bad signature'),
  entry(40117, 'permission', 'method forbidden for this app'),
  entry(40118, 'permission', 'not on the allowlist'),
  entry(40119, 'permission', 'developer and advertiser are not the same company'),
  entry(40120, 'token', 'TikTok user not logged in'),
  entry(40121, 'permission', 'not a creator of the marketplace'),
  entry(40122, 'bad_input', 'bad region'),
  entry(40124, 'permission', 'developer profile not approved'),
  entry(40125, 'permission', 'developer lacks permission'),
  entry([40126, 40129], 'bad_input', 'brand safety floor'),
  entry(40130, 'permission', 'scope not authorised'),
  entry(40131, 'permission', 'scope of the TikTok user not authorised'),
  entry(40132, 'rate_limited', 'throttled on the value of a field'),
  entry(40133, 'rate_limited', 'advertiser over its rate limit'),
  entry(40200, 'retry_later', 'asynchronous task failed'),
  entry(40201, 'retry_later', 'asynchronous task not ready'),
  entry(40202, 'conflict', 'another write to the same object is under way'),
  entry(40300, 'not_found', 'advertiser missing or deleted'),
  entry(40301, 'permission', 'role does not fit'),
  entry(40302, 'not_found', "customer's advertiser missing"),
  entry(40309, 'token', 'login required'),
  entry(40400, 'fatal', 'no such endpoint'),
  entry(40502, 'bad_input', 'limit of ads reached'),
  entry(40700, 'retry_later', 'internal validation error'),
  entry(40900, 'bad_input', 'file does not match its MD5 signature'),
  entry(40901, 'retry_later', 'video still transcoding'),
  entry(40902, 'retry_later', 'timeout while TikTok fetched the address'),
  entry(40903, 'bad_input', 'image address not available'),
  entry(40904, 'bad_input', 'illegal image content'),
  entry(40905, 'bad_input', 'file missing'),
  entry(40906, 'bad_input', 'file empty'),
  entry(40907, 'bad_input', 'file too large'),
  entry(40908, 'bad_input', 'file type not supported'),
  entry(40909, 'bad_input', 'calculate_type not supported'),
  entry(40910, 'bad_input', 'file expired'),
  entry(40911, 'bad_input', 'duplicate material name'),
  entry(40912, 'bad_input', 'image not available'),
  entry(40913, 'retry_later', 'timeout while TikTok fetched the image'),
  entry(40914, 'retry_later', 'TikTok could not fetch the address'),
  entry(40915, 'bad_input', 'file does not meet the specification'),
  entry(40916, 'bad_input', 'illegal video content'),
  entry(41000, 'fatal', 'our address is in a banned country'),
  entry(41001, 'fatal', 'endpoint taken offline'),
  entry(41002, 'fatal', 'fields taken offline'),
  entry(50000, 'retry_later', 'system error', MAYBE),
  entry(50002, 'unknown_outcome', 'upstream timeout or processing error', MAYBE),
  entry(51010, 'unknown_outcome', 'timeout of an internal service', MAYBE),
  entry([51000, 51999], 'retry_later', 'error of an internal service', MAYBE),
  entry([52000, 52999], 'retry_later', 'storage error', MAYBE),
  entry([53102, 53103], 'retry_later', 'storage error', MAYBE),
  entry(60001, 'retry_later', 'maintenance'),
  entry(61000, 'rate_limited', 'business line throttled'),
  entry(70001, 'bad_input', 'invalid type of business authorisation'),
];

const EXACT: ReadonlyMap<number, CodeEntry> = new Map(CODES.filter((row) => row.from === row.to).map((row) => [row.from, row]));
const RANGES = CODES.filter((row) => row.from !== row.to);

/** What a code means; a code that the facts do not know is `unknown_code`, and whether the call happened is open. */
export function explain(code: number): CodeEntry {
  const found = EXACT.get(code) ?? RANGES.find((row) => row.from <= code && code <= row.to);
  return found ?? entry(code, 'unknown_code', 'a code that the documentation does not know', MAYBE);
}

/** The class of a code, `unknown_code` for one that the facts do not know. */
export function classify(code: number): CodeClass {
  return explain(code).class;
}
