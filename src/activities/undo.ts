import type { OnboardingActivities, Undo } from '../contract/onboarding-activities.js';
import type { ActivityDependencies } from './dependencies.js';
import { asStepFailure } from './failure.js';
import { onceSettled } from './once.js';
import { refund } from './refund.js';
import { DELETE_CATALOG } from './catalogs.js';
import { postOfCode, unbindPost } from './spark-ads.js';
import { counted } from '../domain/counted.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'db' | 'log' | 'reconcile' | 'secrets'>;
type Of<Kind extends Undo['kind']> = Extract<Undo, { kind: Kind }>;
export interface Undone {
  readonly undone: boolean;
  readonly detail: string;
}

const undone = (detail: string): Undone => ({ undone: true, detail });

/** TikTok's clear no: the rest of the cancel goes on, and people read the reason. */
const REFUSALS: ReadonlySet<string> = new Set(['tiktok_bad_input', 'tiktok_fatal', 'tiktok_permission_denied']);

/** Something that is gone at TikTok needs no undoing. */
async function unlessGone(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (asStepFailure(error).type !== 'tiktok_not_found') throw error;
  }
}

async function unassignUsers({ tiktok }: Deps, { bcId, advertiserId, userIds }: Of<'unassign_users'>): Promise<Undone> {
  for (const userId of userIds) {
    await unlessGone(() => tiktok.assetUnassign({ bc_id: bcId, user_id: userId, asset_type: 'ADVERTISER', asset_id: advertiserId }));
  }
  return undone(`${counted(userIds.length, 'user is', 'users are')} no longer assigned to the advertiser ${advertiserId}`);
}

async function unassignAccount({ tiktok }: Deps, { bcId, advertiserId, assetId }: Of<'unassign_tiktok_account'>): Promise<Undone> {
  await unlessGone(() =>
    tiktok.assetAdvertiserUnassign({ bc_id: bcId, asset_id: assetId, advertiser_id: advertiserId, asset_type: 'TT_ACCOUNT' }),
  );
  return undone(`the TikTok account ${assetId} is no longer assigned to the advertiser ${advertiserId}`);
}

async function unlinkPixel({ tiktok }: Deps, { bcId, advertiserId, pixelCode }: Of<'unlink_pixel'>): Promise<Undone> {
  await unlessGone(() =>
    tiktok.bcPixelLinkUpdate({ bc_id: bcId, pixel_code: pixelCode, advertiser_ids: [advertiserId], relation_status: 'UNLINK' }),
  );
  return undone(`pixel ${pixelCode} is no longer linked to the advertiser ${advertiserId}`);
}

async function shown({ tiktok }: Deps, bcId: string, catalogId: string): Promise<boolean> {
  const { list } = await tiktok.catalogGet({ bc_id: bcId, catalog_id: catalogId, page: 1, page_size: 100 });
  return list.some((row) => row.catalog_id === catalogId);
}

/** TikTok answers "no permission" for a catalog that is deleted; only when lists do not show it either, it is gone. */
async function unlessCatalogGone(deps: Deps, bcId: string, catalogId: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await unlessGone(call);
  } catch (error) {
    if (asStepFailure(error).type !== 'tiktok_permission_denied' || (await shown(deps, bcId, catalogId))) throw error;
  }
}

async function unbindEventSource(deps: Deps, { bcId, advertiserId, catalogId, pixelCode }: Of<'unbind_event_source'>): Promise<Undone> {
  const { tiktok } = deps;
  await unlessCatalogGone(deps, bcId, catalogId, async () => {
    const { event_sources: bound } = await tiktok.eventSourceBindGet({ bc_id: bcId, catalog_id: catalogId });
    if (!bound.some((source) => source.pixel_code === pixelCode)) return;
    await tiktok.eventSourceUnbind({ bc_id: bcId, advertiser_id: advertiserId, catalog_id: catalogId, pixel_code: pixelCode });
  });
  return undone(`pixel ${pixelCode} is no event source of the catalog ${catalogId}`);
}

/** Kept as an intent, because the next start of the same tenant makes a new catalog instead of adopting the old one's outcome. */
async function deleteCatalog(deps: Deps, slug: string, { bcId, catalogId }: Of<'delete_catalog'>): Promise<Undone> {
  const { tiktok } = deps;
  const plan = { key: `${slug}/${DELETE_CATALOG}/${catalogId}`, slug, kind: DELETE_CATALOG, request: { bcId, catalogId } };
  await onceSettled(
    deps,
    plan,
    async (signal) => {
      await unlessCatalogGone(deps, bcId, catalogId, () => tiktok.catalogDelete({ bc_id: bcId, catalog_id: catalogId }, { signal }));
      return { catalogId };
    },
    async () => ((await shown(deps, bcId, catalogId)) ? [] : [{ catalogId }]),
  );
  return undone(`catalog ${catalogId} is deleted, with its feed`);
}

async function leaveBillingGroup({ tiktok }: Deps, { bcId, advertiserId, billingGroupId }: Of<'leave_billing_group'>): Promise<Undone> {
  const { list } = await tiktok.billingGroupGet({ bc_id: bcId, filtering: { billing_group_id: billingGroupId }, page: 1, page_size: 50 });
  const group = list.find((row) => row.billing_group_id === billingGroupId);
  if ((group?.advertisers ?? []).some((row) => row.advertiser_id === advertiserId)) {
    await tiktok.billingGroupUpdate({ bc_id: bcId, billing_group_id: billingGroupId, delete_advertiser_ids: [advertiserId] });
  }
  return undone(`the advertiser ${advertiserId} is not in the billing group ${billingGroupId}`);
}

async function unbindByCode({ tiktok, secrets }: Deps, { advertiserId, authCodeRef }: Of<'unbind_spark_code'>): Promise<Undone> {
  const itemId = await postOfCode(tiktok, advertiserId, await secrets.get(authCodeRef));
  if (itemId === undefined) return undone(`the Spark code was not used for the advertiser ${advertiserId}`);
  await unbindPost(tiktok, advertiserId, itemId);
  return undone(`Spark post ${itemId} is unbound from the advertiser ${advertiserId}`);
}

async function takeBack(deps: Deps, slug: string, undo: Undo): Promise<Undone> {
  switch (undo.kind) {
    case 'unassign_users':
      return unassignUsers(deps, undo);
    case 'unassign_tiktok_account':
      return unassignAccount(deps, undo);
    case 'unlink_pixel':
      return unlinkPixel(deps, undo);
    case 'unbind_event_source':
      return unbindEventSource(deps, undo);
    case 'delete_catalog':
      return deleteCatalog(deps, slug, undo);
    case 'leave_billing_group':
      return leaveBillingGroup(deps, undo);
    case 'refund':
      return refund(deps, slug, undo);
    case 'unbind_spark_code':
      return unbindByCode(deps, undo);
    case 'unbind_spark_post':
      await unbindPost(deps.tiktok, undo.advertiserId, undo.itemId);
      return undone(`Spark post ${undo.itemId} is unbound from the advertiser ${undo.advertiserId}`);
  }
}

/** What cancel takes back, one thing a call; each may be repeated, and what never happened counts as undone. */
export function createUndoActivities(deps: Deps): Pick<OnboardingActivities, 'undo'> {
  return {
    async undo({ slug, undo }) {
      try {
        return await takeBack(deps, slug, undo);
      } catch (error) {
        const failure = asStepFailure(error);
        if (!REFUSALS.has(failure.type ?? '')) throw error;
        return { undone: false, detail: `${undo.kind.replaceAll('_', ' ')}: TikTok refuses it: ${failure.message}` };
      }
    },
  };
}
