import type { Tenant } from '../../src/contract/tenant.js';

/** A tenant to whom every step applies: a catalog, a creative, a linked account, a Spark post and an offline event set. */
export const EVERYTHING: Partial<Tenant> = {
  vertical: 'ecommerce',
  catalog: { feed: { kind: 'file', file: '/feeds/products.csv' } },
  eventUploads: ['offline'],
  sparkPosts: [
    { id: 'post-a', handle: 'creator_a', link: 'https://www.tiktok.com/@creator_a/video/7300000000000000500', authCodeRef: 'code-a' },
  ],
};
