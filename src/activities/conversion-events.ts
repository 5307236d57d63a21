import type { OnboardingActivities } from '../contract/onboarding-activities.js';
import type { KeyEvent } from '../contract/tenant.js';
import { evidenceHash } from '../domain/evidence.js';
import { WEB_EVENTS } from '../domain/event-map.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';
import { onceSettled } from './once.js';
import { pixelByCode } from './pixel.js';
import type { PixelEventCreate } from '../tiktok/calls.js';

const KIND = 'create_pixel_events';

/** The tenant file's short operators, as TikTok writes them. */
const OPERATOR = {
  OPERATORTYPE_CONTAINS: 'OPERATORTYPE_CONTAINS',
  EQUALS: 'OPERATORTYPE_EQUALS',
  DOES_NOT_EQUAL: 'OPERATORTYPE_DOES_NOT_EQUAL',
} as const;

function eventTypeOf(event: string): string {
  const known = Object.entries(WEB_EVENTS).find(([name]) => name === event)?.[1];
  if (!known) throw stepFailure('events_impossible', `TikTok has no pixel rule for ${event}; its site code or the Events API must send it`);
  return known;
}

/** The name by which a lost create is found again. */
function ruleName(event: string, keyEvent: KeyEvent): string {
  return `kobi ${keyEvent.name} ${event}`;
}

function ruleOf(event: string, keyEvent: KeyEvent): PixelEventCreate {
  const { rule } = keyEvent;
  if (!rule) throw stepFailure('events_impossible', `key event ${keyEvent.name} has the source pixel_rule but no rule`);
  return {
    event_type: eventTypeOf(event),
    event_name: ruleName(event, keyEvent),
    statistic_type: 'EVERY_TIME',
    rules: [{ trigger: rule.trigger, operator: OPERATOR[rule.operator], variable: rule.variable, value: rule.value }],
  };
}

/** Pixel rules for key events that nothing else sends; each is made once, because TikTok takes equal ones twice (facts 4.1). */
export function createConversionEventsActivities(
  deps: Pick<ActivityDependencies, 'tiktok' | 'db' | 'log' | 'reconcile'>,
): Pick<OnboardingActivities, 'createPixelEvents'> {
  const { tiktok } = deps;
  return {
    async createPixelEvents({ slug, advertiserId, pixel, events }) {
      const present = async (): Promise<Set<string>> => {
        const row = await pixelByCode(tiktok, advertiserId, pixel.pixelCode);
        return new Set((row?.events ?? []).map((event) => event.name ?? ''));
      };
      const wanted = events.map(({ event, keyEvent }) => ruleOf(event, keyEvent));
      const before = await present();
      const missing = wanted.filter((rule) => !before.has(rule.event_name));
      if (missing.length > 0) {
        const names = missing.map((rule) => rule.event_name);
        const plan = {
          key: `${slug}/${KIND}/${pixel.pixelId}/${evidenceHash(missing)}`,
          slug,
          kind: KIND,
          request: { advertiserId, pixelId: pixel.pixelId, names },
        };
        await onceSettled(
          deps,
          plan,
          async (signal) => {
            await tiktok.pixelEventCreate({ advertiser_id: advertiserId, pixel_id: pixel.pixelId, pixel_events: missing }, { signal });
            return { pixelId: pixel.pixelId };
          },
          async () => {
            const now = await present();
            return names.every((name) => now.has(name)) ? [{ pixelId: pixel.pixelId }] : [];
          },
        );
      }
      const created = missing.map((rule) => rule.event_name);
      return { created, existing: wanted.map((rule) => rule.event_name).filter((name) => !created.includes(name)) };
    },
  };
}
