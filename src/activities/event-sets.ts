import type { OnboardingActivities } from '../contract/onboarding-activities.js';
import type { EventUpload } from '../contract/tenant.js';
import type { TikTokCalls } from '../tiktok/calls.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';
import { once, reconcileByReading } from './once.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'db' | 'log' | 'reconcile'>;

const KIND: Readonly<Record<EventUpload, string>> = { offline: 'create_offline_event_set', crm: 'create_crm_event_set' };
const keyOf = (slug: string, source: EventUpload, advertiserId: string): string => `${slug}/${KIND[source]}/${advertiserId}`;

/** Ids of the sets that carry exactly this name; TikTok's own search may find others too. */
async function setsNamed(tiktok: TikTokCalls, source: EventUpload, advertiserId: string, name: string): Promise<string[]> {
  const of = { advertiser_id: advertiserId, name };
  const rows = source === 'offline' ? (await tiktok.offlineGet(of)).event_set_list : (await tiktok.crmList(of)).crm_event_sets;
  return (rows ?? []).filter((row) => row.name === name).map((row) => row.event_set_id);
}

/** The event sets of tenants that hand in conversions by file or from a CRM (facts 4.6): found by their exact name, or created once. */
export function createEventSetActivities(deps: Deps): Pick<OnboardingActivities, 'findEventSet' | 'createEventSet' | 'reconcileEventSet'> {
  const { tiktok } = deps;
  return {
    async findEventSet({ advertiserId, source, name }) {
      const named = await setsNamed(tiktok, source, advertiserId, name);
      if (named.length > 1)
        throw stepFailure('event_set_ambiguous', `${named.length} ${source} event sets are named ${name}: ${named.join(', ')}`, {
          details: named,
        });
      return { eventSetId: named[0] ?? null };
    },

    async createEventSet({ slug, advertiserId, source, name }) {
      const plan = { key: keyOf(slug, source, advertiserId), slug, kind: KIND[source], request: { advertiserId, name } };
      const ids = await once(deps, plan, async (signal) => {
        const of = { advertiser_id: advertiserId, name };
        // Tracked by every campaign to come: sets that no campaign tracks are of no use.
        const created =
          source === 'offline'
            ? await tiktok.offlineCreate(
                { ...of, description: `Conversions that ${slug} hands in by file`, auto_tracking: true },
                { signal },
              )
            : await tiktok.crmCreate(of, { signal });
        return { eventSetId: created.event_set_id };
      });
      return { eventSetId: ids.eventSetId ?? '' };
    },

    async reconcileEventSet({ slug, advertiserId, source, name }) {
      const settled = await reconcileByReading(deps, keyOf(slug, source, advertiserId), async () =>
        (await setsNamed(tiktok, source, advertiserId, name)).map((eventSetId) => ({ eventSetId })),
      );
      return settled.found ? { found: true, value: { eventSetId: settled.value.eventSetId ?? '' } } : { found: false };
    },
  };
}
