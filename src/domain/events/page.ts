import { withoutIdentifiers } from './raw-identifiers.js';
import { textOf } from './plain-values.js';

const MAX_ADDRESS = 4_096;

/** A full http or https address, as it was written; undefined for everything else. */
export function pageAddress(value: unknown): URL | undefined {
  const text = textOf(value);
  if (text === undefined || text.length > MAX_ADDRESS || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}

const COOKIE_ID = /^(?:ttclid|_?ttp)(?:=|$)/i;

/** Without the click id and the cookie's id, in the query and in a fragment's; everything else stays letter by letter. */
function withoutCookieIds(address: string): string {
  const without = (part: string): string => {
    const [place = '', ...query] = part.split('?');
    const pairs = query.join('?').split('&');
    const kept = pairs.filter((pair) => !COOKIE_ID.test(pair));
    if (kept.length === pairs.length) return part;
    return kept.length === 0 ? place : `${place}?${kept.join('&')}`;
  };
  return address.split('#').map(without).join('#');
}

/**
 * An address that may be sent, and whether identifiers were taken out of it.
 * @param cookieIds false where the person allows no ids of cookies: the click id stands in the address too
 */
export function sendableAddress(
  value: unknown,
  own: readonly string[],
  cookieIds: boolean,
): { readonly address: string; readonly changed: boolean } {
  const text = textOf(value) ?? '';
  const address = withoutIdentifiers(text, own);
  return { address: cookieIds ? address : withoutCookieIds(address), changed: address !== text };
}

/**
 * TikTok's click id: the page's query parameter `ttclid`; of the referrer only where it is of the same host (ga4-events facts, section 6).
 */
export function clickIdOf(page: URL | undefined, referrer: URL | undefined): string | undefined {
  const here = page?.searchParams.get('ttclid');
  if (here) return here;
  return page && referrer?.host === page.host ? (referrer.searchParams.get('ttclid') ?? undefined) : undefined;
}
