import type { EventVerdict, RawEvent } from '../../contract/events.js';
import type { EventTenant, NotProven } from '../../contract/onboarding-activities.js';
import type { EventSettings } from './event-settings.js';
import { judgeEvent } from './judge.js';
import { prepareMap } from './prepared-map.js';
import { settingsOfTenant } from './tenant-settings.js';
import { testEvent } from './test-event.js';

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

function proofEvent({ slug, tenant: { website, currency }, testEventCode }: About, name: string, now: Date): RawEvent {
  return testEvent('web', { slug, testEventCode, website, currency }, { name, now });
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
    const verdict = judgeEvent(prepared, proofEvent(about, name, now), now);
    if (verdict.verdict === 'send') sendable.push(verdict);
    else (verdict.verdict === 'reject' ? refused : left).push({ name, why: whyNot(verdict) });
  }
  if (sendable.length === 0 && refused.length === 0) {
    const plain = prepareMap(forProof(settingsOfTenant(about.tenant, about.pixelCode), about));
    const verdict = judgeEvent(plain, proofEvent(about, WITHOUT_KEY_EVENT, now), now);
    if (verdict.verdict === 'send') sendable.push(verdict);
    else refused.push({ name: WITHOUT_KEY_EVENT, why: whyNot(verdict) });
  }
  return { sendable, left, refused, mapVersion: prepared.version };
}
