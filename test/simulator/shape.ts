const FORMS: readonly [form: string, pattern: RegExp][] = [
  ['19-digit id', /^[1-9]\d{18}$/],
  ['time', /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/],
  ['constant', /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/],
  ['pixel code', /^C[0-9A-V]{19}$/],
  ['UUID-like id', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ['video id', /^v10033g50000/],
  ['MD5', /^[0-9a-f]{32}$/],
  ['address', /^https?:\/\//],
  ['Spark code', /^#[A-Za-z0-9+/=]+=$/],
  ['amount', /^\d+\.\d{2}$/],
  ['digits', /^\d+$/],
  ['region or currency', /^[A-Z]{2,3}$/],
];

/** Fields whose value in the example is one of TikTok's constants and comes back as it is, asked the same way. */
const EQUAL = new Set([
  'user_role',
  'finance_role',
  'role',
  'type',
  'status',
  'verification_status',
  'advertiser_account_type',
  'transaction_type',
  'account_type',
  'process_status',
  'item_type',
  'identity_type',
  'ad_format',
  'operation_status',
  'secondary_status',
  'review_status',
  'content_type',
  'pixel_category',
  'timezone',
  'display_timezone',
  'stitch_original_item_id',
  'duet_original_item_id',
  'feed_id',
]);

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
}

/**
 * Where an answer departs from a documented example: a missing field, another JSON type, another form of id, time or constant.
 * Fields beyond the example are fine, since the examples are abridged. A `bigint` in the example stands for a bare number beyond 2^53.
 */
export function departures(example: unknown, actual: unknown, path = 'data'): string[] {
  if (typeof example === 'bigint')
    return typeof actual === 'number' && actual > Number.MAX_SAFE_INTEGER ? [] : [`${path}: not a bare 19-digit number`];
  if (typeOf(example) !== typeOf(actual)) return [`${path}: ${typeOf(actual)} instead of ${typeOf(example)}`];
  if (Array.isArray(example) && Array.isArray(actual)) {
    if (actual.length < example.length) return [`${path}: ${actual.length} items instead of ${example.length}`];
    return example.flatMap((item, index) => departures(item, actual[index], `${path}[${index}]`));
  }
  if (typeof example === 'object' && example !== null && typeof actual === 'object' && actual !== null) {
    const found = new Map<string, unknown>(Object.entries(actual));
    return Object.entries(example).flatMap(([name, value]) =>
      found.has(name) ? departures(value, found.get(name), `${path}.${name}`) : [`${path}.${name}: missing`],
    );
  }
  const name = path.split('.').at(-1) ?? '';
  if (EQUAL.has(name) && example !== actual) return [`${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(example)}`];
  if (typeof example !== 'string' || typeof actual !== 'string') return [];
  const [wanted, pattern] = FORMS.find(([, form]) => form.test(example)) ?? ['text', /^/];
  return pattern.test(actual) ? [] : [`${path}: "${actual}" does not have the form of a ${wanted}`];
}
