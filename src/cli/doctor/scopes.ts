import { ENDPOINTS, type TikTokClient } from '../../tiktok/client.js';
import { TikTokError } from '../../tiktok/error.js';
import { type Check, checksOf } from './check.js';

const { ok, fail, unknown } = checksOf('tiktok');

/** Names of the scopes that the checklist needs, by TikTok's number (facts 2.1). */
export const SCOPE_NAMES: Readonly<Record<string, string>> = {
  '100': 'read ad account',
  '150': 'read Business Center',
  '151': 'create ad account',
  '152': 'balances and transfer',
  '153': 'Business Center assets, pixel link and transfer',
  '156': 'Business Center members',
  '157': 'billing groups',
  '600': 'read images',
  '601': 'upload images',
  '610': 'read videos',
  '611': 'upload videos',
  '690': 'read Spark posts',
  '691': 'authorise Spark posts',
  '693': 'read identities',
  '800': 'read pixels',
  '801': 'create pixels',
  '802': 'read pixel statistics',
  '900': 'read catalogs',
  '901': 'create catalogs',
  '910': 'read products',
  '911': 'upload products',
  '960': 'read event sources',
  '961': 'bind event sources',
  '970': 'read feeds',
  '971': 'create feeds',
  '7224195155857866754': 'send events',
  '7043626160646946818': 'offline event sets (only tenants with event_uploads)',
  '7294180478502830081': 'CRM event sets (only tenants with event_uploads)',
};

const SCOPE_MISSING: ReadonlySet<number | undefined> = new Set([40130, 40131]);
const GRANT = 'add it to the app (business-api.tiktok.com, My Apps, permissions), authorise again, set TIKTOK_ACCESS_TOKEN';

/** Scopes that the endpoints of the checklist name first, with the paths that need them. */
function neededScopes(): Map<string, string[]> {
  const needed = new Map<string, string[]>();
  for (const { scopes, path } of Object.values(ENDPOINTS)) {
    const [first] = scopes;
    if (first !== undefined) needed.set(first, [...(needed.get(first) ?? []), path]);
  }
  return needed;
}

/** Reads that tell whether a scope is there. Scopes that open writes only have none: no write is made to find out. */
function probes(
  tiktok: TikTokClient,
  bcId: string,
  billingGroupId: string,
  advertiserId: string | undefined,
  catalogId: string | undefined,
): Map<string, () => Promise<unknown>> {
  const page = { page: 1, page_size: 10 };
  const ofBc = { bc_id: bcId, ...page };
  const found = new Map<string, () => Promise<unknown>>([
    ['150', () => tiktok.bcGet(ofBc)],
    ['151', () => tiktok.qualificationGet({ ...ofBc, filtering: { verified: true } })],
    ['152', () => tiktok.bcBalance({ bc_id: bcId })],
    ['153', () => tiktok.assetGet({ ...ofBc, asset_type: 'ADVERTISER' })],
    ['156', () => tiktok.memberGet(ofBc)],
    ['157', () => tiktok.billingGroupGet({ ...ofBc, filtering: { billing_group_id: billingGroupId } })],
    ['900', () => tiktok.catalogGet(ofBc)],
  ]);
  if (catalogId !== undefined) {
    const ofCatalog = { bc_id: bcId, catalog_id: catalogId };
    found.set('910', () => tiktok.productGet({ ...ofCatalog, ...page }));
    found.set('970', () => tiktok.feedGet(ofCatalog));
    found.set('960', () => tiktok.eventSourceBindGet(ofCatalog));
  }
  if (advertiserId === undefined) return found;
  const ofAdvertiser = { advertiser_id: advertiserId, ...page };
  found.set('100', () => tiktok.advertiserInfo({ advertiser_ids: [advertiserId], fields: ['advertiser_id', 'status'] }));
  found.set('800', () => tiktok.pixelList(ofAdvertiser));
  found.set('693', () => tiktok.identityGet({ ...ofAdvertiser, identity_type: 'AUTH_CODE' }));
  found.set('600', () => tiktok.imageSearch({ ...ofAdvertiser, filtering: { image_name: 'kobi' } }));
  found.set('610', () => tiktok.videoSearch({ ...ofAdvertiser, filtering: { video_name: 'kobi' } }));
  return found;
}

/** A catalog to read from; undefined when there is none, or none that we may list: the scope's own check says why. */
async function anyCatalog(tiktok: TikTokClient, bcId: string): Promise<string | undefined> {
  try {
    return (await tiktok.catalogGet({ bc_id: bcId, page: 1, page_size: 10 })).list[0]?.catalog_id;
  } catch (error) {
    if (error instanceof TikTokError) return undefined;
    throw error;
  }
}

/** Every scope of the checklist by name: there, missing, or not to be told by reading. TikTok has no call that lists a token's scopes. */
export async function checkScopes(tiktok: TikTokClient, bcId: string, billingGroupId: string): Promise<Check[]> {
  const [{ list }, catalogId] = await Promise.all([tiktok.tokenAdvertisers(), anyCatalog(tiktok, bcId)]);
  const reads = probes(tiktok, bcId, billingGroupId, list[0]?.advertiser_id, catalogId);
  const checks = [...neededScopes()].map(async ([scope, paths]): Promise<Check> => {
    const name = `scope ${scope}: ${SCOPE_NAMES[scope] ?? 'not named in our table'}`;
    const read = reads.get(scope);
    if (!read)
      return unknown(
        name,
        `no read that changes nothing tells; needed by ${paths.join(', ')}`,
        'compare with the permissions of the app in the developer portal (My Apps); the first onboarding tells more',
      );
    try {
      await read();
      return ok(name, 'granted');
    } catch (error) {
      if (!(error instanceof TikTokError)) throw error;
      if (SCOPE_MISSING.has(error.tiktokCode)) return fail(name, `missing; needed by ${paths.join(', ')}`, GRANT);
      return unknown(name, `could not be told: ${error.message}`, 'see the other findings first');
    }
  });
  return Promise.all(checks);
}
