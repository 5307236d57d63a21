import type { EventSource, RawEvent } from '../../contract/events.js';
import { EVENT_CURRENCIES } from './currencies.js';
import { sha256 } from './hashing.js';
import type { PreparedMap } from './prepared-map.js';

export interface TestEventAbout {
  readonly slug: string;
  /** As a person copied it from Events Manager; it belongs to one pixel, app or event set there. */
  readonly testEventCode: string;
  readonly website?: string | undefined;
  readonly currency?: string | undefined;
}

/** The same for the same code and name, so that a repetition is dropped by TikTok (facts 4.3); at most 119 characters. */
export function testEventId(slug: string, testEventCode: string, name: string): string {
  return `kobi-test-${slug}-${name}-${sha256(testEventCode).slice(0, 12)}`;
}

/** Nobody: a mail address of a domain that is reserved for examples. */
function userOf(source: EventSource, slug: string): NonNullable<RawEvent['user']> {
  if (source === 'app') return {};
  return source === 'offline' ? { email: `kobi-test-${slug}@example.org` } : { external_id: `kobi-test-${slug}` };
}

/** An event of that name as a sender would hand it in, with everything that TikTok expects of any event of its source. */
export function testEvent(
  source: EventSource,
  { slug, testEventCode, website, currency }: TestEventAbout,
  { name, now }: { readonly name: string; readonly now: Date },
): RawEvent {
  const id = testEventId(slug, testEventCode, name);
  const priced = currency !== undefined && EVENT_CURRENCIES.has(currency);
  const uploaded = source === 'offline' || source === 'crm';
  return {
    name,
    event_id: id,
    source,
    ...(uploaded ? { timestamp: now.toISOString() } : {}),
    consent: true,
    user: userOf(source, slug),
    params: {
      ...(source === 'web' && website !== undefined ? { page_location: website } : {}),
      ...(source === 'crm' ? { lead_id: `kobi-test-${slug}` } : {}),
      transaction_id: id,
      search_term: 'kobi test',
      items: [{ item_id: 'kobi-test', item_name: 'Test event', quantity: 1, ...(priced ? { price: 1 } : {}) }],
      ...(priced ? { value: 1, currency } : {}),
    },
  };
}

/** What a source is tried with where the tenant names nothing for it. */
const TYPICAL: Readonly<Record<EventSource, string>> = { web: 'view_item', app: 'purchase', offline: 'purchase', crm: 'qualify_lead' };

/**
 * Names of a tenant that are worth a test event on a source: its key events and those of its own map that are sent there.
 * @param keyEvents GA4's names of the tenant file
 */
export function namesToTest(prepared: PreparedMap, source: EventSource, keyEvents: readonly string[]): string[] {
  const { map, accept } = prepared.settings;
  const own = new Set([...keyEvents, ...Object.keys(map), ...accept]);
  const sent = [...own].filter((name) => !prepared.ignored.has(name) && prepared.target(source, name) !== undefined);
  return sent.length > 0 ? sent : [TYPICAL[source]];
}
