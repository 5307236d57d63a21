import { fault, type Fault } from '../faults.js';
import { type Draft, repeats } from './draft.js';

/** A handle without the @ that people put before it. */
export function plainHandle(handle: string): string {
  return handle.replace(/^@/, '');
}

function isTikTok(url: URL): boolean {
  return url.hostname === 'tiktok.com' || url.hostname.endsWith('.tiktok.com');
}

/** The handle and item id in a post's address; short links carry neither. */
function postOf(link: string): { handle: string; itemId: string } | undefined {
  const found = /^\/@([A-Za-z0-9._]+)\/(?:video|photo)\/(\d{1,20})\/?$/.exec(new URL(link).pathname);
  return found ? { handle: found[1] ?? '', itemId: found[2] ?? '' } : undefined;
}

/** Spark posts: addresses of TikTok that fit the handle; no id, post or code twice; an identity that they can serve as. */
export function sparkRules({ sparkPosts, sparkPostCount, tiktokAccount }: Draft): Fault[] {
  const faults = sparkPosts.flatMap(([index, { link, handle }]) => {
    if (link === undefined) return [];
    if (!isTikTok(new URL(link))) return [fault(['spark_posts', index, 'link'], 'must be an address of tiktok.com')];
    const owner = postOf(link)?.handle;
    if (owner === undefined || handle === undefined || owner.toLowerCase() === plainHandle(handle).toLowerCase()) return [];
    return [fault(['spark_posts', index, 'handle'], `differs from the handle in the link, ${owner}`, { suggestion: owner })];
  });
  const twice = (what: string, key: Parameters<typeof repeats<(typeof sparkPosts)[number][1]>>[1]): Fault[] =>
    repeats(sparkPosts, key).map(({ index, first }) => fault(['spark_posts', index, what], `is that of spark_posts.${first} already`));
  faults.push(
    ...twice('id', (post) => post.id),
    ...twice('link', (post) => post.link && (postOf(post.link)?.itemId ?? post.link)),
    ...twice('auth_code', (post) => post.auth_code),
  );
  if (tiktokAccount?.use === 'spark_posts' && sparkPostCount === 0) {
    faults.push(fault(['tiktok_account', 'use'], 'is spark_posts, but spark_posts names none', { allowed: ['link'] }));
  }
  return faults;
}
