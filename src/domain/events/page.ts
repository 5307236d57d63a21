import { withoutIdentifiers } from './raw-identifiers.js';
import { textOf } from './plain-values.js';

const MAX_ADDRESS = 4_096;

/** A full http or https address, as it was written; undefined for everything else. */
export function pageAddress(value: unknown): URL | undefined {
  const text = textOf(value);
  if (text === undefined || text.length > MAX_ADDRESS || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}

/** An address that may be sent, and whether identifiers were taken out of it. */
export function sendableAddress(value: unknown, own: readonly string[]): { readonly address: string; readonly changed: boolean } {
  const text = textOf(value) ?? '';
  const address = withoutIdentifiers(text, own);
  return { address, changed: address !== text };
}

/**
 * TikTok's click id: the page's query parameter `ttclid`; of the referrer only where it is of the same host (ga4-events facts, section 6).
 */
export function clickIdOf(page: URL | undefined, referrer: URL | undefined): string | undefined {
  const here = page?.searchParams.get('ttclid');
  if (here) return here;
  return page && referrer?.host === page.host ? (referrer.searchParams.get('ttclid') ?? undefined) : undefined;
}
