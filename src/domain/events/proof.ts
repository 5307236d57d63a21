import type { EventVerdict, RawEvent } from '../../contract/events.js';
import type { EventTenant, NotProven } from '../../contract/onboarding-activities.js';
import { EVENT_CURRENCIES } from './currencies.js';
import type { EventSettings } from './event-settings.js';
import { sha256 } from './hashing.js';
import { judgeEvent } from './judge.js';
import { prepareMap } from './prepared-map.js';
import { settingsOfTenant } from './tenant-settings.js';

/** Proves the Events API where the site's and the servers' key events give nothing to send. */
const WITHOUT_KEY_EVENT = 'ViewContent';

/** An event that is to be sent, as `judgeEvent` decided it. */
export type Sendable = Extract<EventVerdict, { verdict: 'send' }>;

interface About {
  readonly slug: string;
  readonly tenant: EventTenant;
  readonly pixelCode: string;
  readonly testEventCode: string;
}

/** The same for the same code and name, so that a repetition is dropped by TikTok (facts 4.3); at most 119 characters. */
export function proofEventId(slug: string, testEventCode: string, name: string): string {
  return `kobi-test-${slug}-${name}-${sha256(testEventCode).slice(0, 12)}`;
}

/** An event of that name as a sender would hand it in, with everything that TikTok expects of any event of the web. */
function proofEvent({ slug, tenant, testEventCode }: About, name: string): RawEvent {
  const id = proofEventId(slug, testEventCode, name);
  const priced = EVENT_CURRENCIES.has(tenant.currency);
  return {
    name,
    event_id: id,
    source: 'web',
    consent: true,
    user: { external_id: `kobi-test-${slug}` },
    params: {
      page_location: tenant.website,
      transaction_id: id,
      search_term: 'kobi test',
      items: [{ item_id: 'kobi-test', item_name: 'Test event', quantity: 1, ...(priced ? { price: 1 } : {}) }],
      ...(priced ? { value: 1, currency: tenant.currency } : {}),
    },
  };
}

/** The pixel that is proven is the tenant's own, whatever people have set. */
function forProof(settings: EventSettings, { tenant, pixelCode, testEventCode }: About): EventSettings {
  const web = { website: tenant.website, ...settings.destinations.web, pixel_code: pixelCode };
  return { ...settings, destinations: { ...settings.destinations, web }, test_event_code: testEventCode };
}

function whyNot(verdict: Exclude<EventVerdict, { verdict: 'send' }>): string {
  if (verdict.verdict === 'unmapped') return verdict.suggestion;
  const field = verdict.verdict === 'reject' && verdict.field !== '' ? ` (${verdict.field})` : '';
  return `${verdict.sentence}${field} To mend it: ${verdict.mend}`;
}

export interface Proof {
  readonly sendable: readonly Sendable[];
  /** Names that go nowhere by choice: ignored, or not mapped. */
  readonly left: readonly NotProven[];
  /** Names whose events would be refused here, before TikTok sees them. */
  readonly refused: readonly NotProven[];
  readonly mapVersion: string;
}

/**
 * Test events of the key events that the site or a server sends, judged by the tenant's settings like real ones; those of pixel rules
 * come from the browser alone. Without any such name one event proves the Events API.
 */
export function judgeProof(settings: EventSettings, about: About, now: Date): Proof {
  const prepared = prepareMap(forProof(settings, about));
  const sendable: Sendable[] = [];
  const left: NotProven[] = [];
  const refused: NotProven[] = [];
  for (const { name, source } of about.tenant.ga4.keyEvents) {
    if (source === 'pixel_rule') continue;
    const verdict = judgeEvent(prepared, proofEvent(about, name), now);
    if (verdict.verdict === 'send') sendable.push(verdict);
    else (verdict.verdict === 'reject' ? refused : left).push({ name, why: whyNot(verdict) });
  }
  if (sendable.length === 0 && refused.length === 0) {
    const plain = prepareMap(forProof(settingsOfTenant(about.tenant, about.pixelCode), about));
    const verdict = judgeEvent(plain, proofEvent(about, WITHOUT_KEY_EVENT), now);
    if (verdict.verdict === 'send') sendable.push(verdict);
    else refused.push({ name: WITHOUT_KEY_EVENT, why: whyNot(verdict) });
  }
  return { sendable, left, refused, mapVersion: prepared.version };
}
