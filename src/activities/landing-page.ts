import { ApplicationFailure } from '@temporalio/common';
import type { LaunchFinding } from '../contract/onboarding-activities.js';
import { clickedDestination, lostParameters } from '../domain/url-macros.js';
import { guardedFetch, PAGE_BYTES, type PlayedHosts } from './guarded-fetch.js';

interface Expected {
  readonly measurementId: string;
  readonly pixelCode: string;
}

function faults(clicked: string, page: { status: number; address: string; body: string; cut: boolean }, tags: Expected): string[] {
  const lost = lostParameters(clicked, page.address);
  const where = page.cut ? `the first ${PAGE_BYTES / 1024} kB` : 'the page';
  return [
    ...(page.status === 200 ? [] : [`answers HTTP ${page.status}`]),
    ...(lost.length === 0 ? [] : [`its redirects lose ${lost.join(', ')} on the way to ${new URL(page.address).origin}`]),
    ...(page.body.includes(tags.measurementId) ? [] : [`${where} lacks the GA4 id ${tags.measurementId}`]),
    ...(page.body.includes(tags.pixelCode) ? [] : [`${where} lacks the pixel code ${tags.pixelCode}`]),
  ];
}

/**
 * A landing page as a click opens it: it answers 200, keeps `utm_*` and `ttclid` through its redirects and carries both tags.
 *
 * @throws ApplicationFailure `address_refused` when the guard does not let it be fetched
 */
export async function checkLandingPage(
  address: string,
  tags: Expected,
  guard: { allowLoopback: boolean; hosts?: PlayedHosts | undefined; signal: AbortSignal },
): Promise<LaunchFinding> {
  const check = 'landing_page';
  const clicked = clickedDestination(address);
  try {
    const page = await guardedFetch(clicked, { ...guard, brokenCode: 'landing_page_broken', maxBytes: PAGE_BYTES, larger: 'cut' });
    const found = faults(clicked, page, tags);
    return {
      check,
      ok: found.length === 0,
      detail: `${address} ${found.length === 0 ? 'answers, keeps the parameters and carries both tags' : found.join('; ')}`,
    };
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === 'landing_page_broken') return { check, ok: false, detail: error.message };
    throw error;
  }
}
