import type { OnboardingActivities, Pixel } from '../contract/onboarding-activities.js';
import type { KeyEvent } from '../contract/tenant.js';
import { canonicalJson } from '../domain/canonical-json.js';
import { evidenceHash } from '../domain/evidence.js';
import { WEB_EVENTS } from '../domain/event-map.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';
import { onceSettled } from './once.js';
import { pixelByCode } from './pixel.js';
import { listIntents } from '../store/intents.js';
import type { PixelEventCreate, PixelEventRow } from '../tiktok/calls.js';

const KIND = 'create_pixel_events';
const REMOVE = 'delete_pixel_event';
type Deps = Pick<ActivityDependencies, 'tiktok' | 'db' | 'log' | 'reconcile'>;

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

/** Rules as text to compare; TikTok writes its words with and without their prefix (facts 4.1). */
function saying(rules: PixelEventCreate['rules']): string {
  const bare = (word: string): string => word.replace(/^(?:OPERATORTYPE|TRIGGERTYPE)_/, '');
  return canonicalJson(rules.map((rule) => ({ ...rule, trigger: bare(rule.trigger), operator: bare(rule.operator) })));
}

/** Whether a rule at TikTok says what the tenant file says; one whose details TikTok does not show is taken as it is. */
function isAs(row: PixelEventRow, wanted: PixelEventCreate): boolean {
  const same = !row.rules || saying(row.rules) === saying(wanted.rules);
  return same && (row.event_type ?? wanted.event_type) === wanted.event_type;
}

/** Takes a rule away that an amendment changed: beside the new one, the event would be counted twice. */
async function removeRule(deps: Deps, of: { slug: string; advertiserId: string; pixel: Pixel }, row: PixelEventRow): Promise<void> {
  const { slug, advertiserId, pixel } = of;
  const eventId = row.event_id ?? '0';
  if (eventId === '0')
    throw stepFailure('events_impossible', `TikTok shows no id of the pixel rule ${row.name}; delete it in Events Manager, then retry`);
  const plan = { key: `${slug}/${REMOVE}/${eventId}`, slug, kind: REMOVE, request: { pixelId: pixel.pixelId, eventId } };
  const gone = { eventId };
  await onceSettled(
    deps,
    plan,
    async (signal) => {
      await deps.tiktok.pixelEventDelete({ advertiser_id: advertiserId, event_id: eventId }, { signal });
      return gone;
    },
    async () => {
      const now = await pixelByCode(deps.tiktok, advertiserId, pixel.pixelCode);
      return now && !(now.events ?? []).some((event) => event.event_id === eventId) ? [gone] : [];
    },
  );
}

/** Pixel rules for key events that nothing else sends; each is made once, because TikTok takes equal ones twice (facts 4.1). */
export function createConversionEventsActivities(deps: Deps): Pick<OnboardingActivities, 'createPixelEvents'> {
  const { tiktok, db } = deps;
  return {
    async createPixelEvents({ slug, advertiserId, pixel, events }) {
      const present = async (): Promise<Map<string, PixelEventRow>> => {
        const row = await pixelByCode(tiktok, advertiserId, pixel.pixelCode);
        return new Map((row?.events ?? []).map((event) => [event.name ?? '', event]));
      };
      const wanted = events.map(({ event, keyEvent }) => ruleOf(event, keyEvent));
      const before = await present();
      const missing = wanted.filter((rule) => {
        const row = before.get(rule.event_name);
        return !row || !isAs(row, rule);
      });
      for (const { event_name: name } of missing) {
        const row = before.get(name);
        if (row) await removeRule(deps, { slug, advertiserId, pixel }, row);
      }
      if (missing.length > 0) {
        const names = missing.map((rule) => rule.event_name);
        // A removal opens the next creation: the tenant file may come back to a rule that it had before.
        const removed = (await listIntents(db, slug)).filter(
          ({ kind, state, request }) => kind === REMOVE && state === 'confirmed' && request.pixelId === pixel.pixelId,
        );
        const plan = {
          key: `${slug}/${KIND}/${pixel.pixelId}/${evidenceHash(missing)}/${removed.length + 1}`,
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
            const made = missing.every((rule) => {
              const row = now.get(rule.event_name);
              return row !== undefined && isAs(row, rule);
            });
            return made ? [{ pixelId: pixel.pixelId }] : [];
          },
        );
      }
      const created = missing.map((rule) => rule.event_name);
      return { created, existing: wanted.map((rule) => rule.event_name).filter((name) => !created.includes(name)) };
    },
  };
}
