import type { Database } from './database.js';

/** The tenant that owns an object at TikTok already; two tenants never share an advertiser, a pixel or a catalog. */
export class RemoteIdTaken extends Error {
  override readonly name = 'RemoteIdTaken';
  constructor(
    readonly kind: string,
    readonly id: string,
    readonly owner: string,
  ) {
    super(`${kind} ${id} belongs to the tenant ${owner} already`);
  }
}

/**
 * Records that an object at TikTok belongs to a tenant; again for the same tenant changes nothing.
 *
 * @param kind the id's name in a step's `remoteIds`, such as `advertiserId`
 * @throws RemoteIdTaken when another tenant owns it
 */
export async function claimRemoteId(db: Database, slug: string, kind: string, id: string): Promise<void> {
  await db
    .insertInto('remote_ids')
    .values({ slug, kind, id })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const owners = await db.selectFrom('remote_ids').select('slug').where('kind', '=', kind).where('id', '=', id).execute();
  const [other] = owners;
  if (!owners.some((owner) => owner.slug === slug) && other) throw new RemoteIdTaken(kind, id, other.slug);
}

/** Tenants and the kinds under which they have an id, whatever kind of object it is. */
export async function findByRemoteId(db: Database, id: string): Promise<{ slug: string; kind: string }[]> {
  return db.selectFrom('remote_ids').select(['slug', 'kind']).where('id', '=', id).orderBy('slug').orderBy('kind').execute();
}
