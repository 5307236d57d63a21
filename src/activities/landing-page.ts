import { ApplicationFailure } from '@temporalio/common';
import type { LaunchFinding } from '../contract/onboarding-activities.js';
import { clickOn, faultText, lossesOnTheWay, readDestination } from '../domain/events/destination-address.js';
import { guardedFetch, PAGE_BYTES, type PlayedHosts } from './guarded-fetch.js';

interface Expected {
  readonly measurementId: string;
  readonly pixelCode: string;
}

function faults(addresses: readonly string[], page: { status: number; body: string; cut: boolean }, tags: Expected): string[] {
  const where = page.cut ? `the first ${PAGE_BYTES / 1024} kB` : 'the page';
  return [
    ...(page.status === 200 ? [] : [`answers HTTP ${page.status}`]),
    ...lossesOnTheWay(addresses).map(
      ({ redirect, to, lost }) => `its redirect ${redirect}, to ${new URL(to).origin}, loses ${lost.join(', ')}`,
    ),
    ...(page.body.includes(tags.measurementId) ? [] : [`${where} lacks the GA4 id ${tags.measurementId}`]),
    ...(page.body.includes(tags.pixelCode) ? [] : [`${where} lacks the pixel code ${tags.pixelCode}`]),
  ];
}

/** The address as ads carry it, and what of the tenant's own had to give way. */
function destinationOf(address: string): { readonly finding: LaunchFinding; readonly clicked: string | null } {
  const check = 'destination';
  const read = readDestination(address);
  if (!read.ok) {
    // Without what may be a password.
    const { origin, pathname } = new URL(address);
    return { finding: { check, ok: false, detail: `${origin}${pathname} is no destination of an ad: ${read.reason}` }, clicked: null };
  }
  const gaveWay = read.faults.filter(({ fault }) => fault !== 'missing').map((one) => `; ${one.parameter} ${faultText(one)}`);
  return { finding: { check, ok: true, detail: `${read.address}${gaveWay.join('')}` }, clicked: clickOn(read.address) };
}

interface Guard {
  readonly allowLoopback: boolean;
  readonly hosts?: PlayedHosts | undefined;
  readonly signal: AbortSignal;
}

async function openedBy(clicked: string, address: string, tags: Expected, guard: Guard): Promise<LaunchFinding> {
  const check = 'landing_page';
  const addresses = [clicked];
  try {
    const page = await guardedFetch(clicked, {
      ...guard,
      brokenCode: 'landing_page_broken',
      maxBytes: PAGE_BYTES,
      larger: 'cut',
      onRedirect: ({ to }) => void addresses.push(to),
    });
    const found = faults(addresses, page, tags);
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

/**
 * A landing page as a click opens it: it answers 200, keeps `utm_*` and `ttclid` through its redirects and carries both tags. And its address
 * in ads.
 *
 * @throws ApplicationFailure `address_refused` when the guard does not let it be fetched
 */
export async function checkLandingPage(address: string, tags: Expected, guard: Guard): Promise<LaunchFinding[]> {
  const { finding: destination, clicked } = destinationOf(address);
  return clicked === null ? [destination] : [await openedBy(clicked, address, tags, guard), destination];
}
