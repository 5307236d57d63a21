import { type ClientLinkPurpose, LINK_DAYS, PURPOSE_FACTS } from '../domain/client-links.js';
import type { Database } from '../store/database.js';
import { type ClientLink, createClientLink } from '../store/client-links.js';
import { badInput } from './exit.js';
import type { Exhibit } from './exhibits.js';
import { savedOnboarding } from './known-onboarding.js';
import { didYouMean } from './near.js';
import type { OnboardingClient } from './onboarding-client.js';

export interface LinkRequest {
  readonly slug: string;
  readonly purpose: ClientLinkPurpose;
  /** The post or creative, as the tenant file names it; left out where the purpose is about neither. */
  readonly item?: string | undefined;
  /** What the client is told besides; may be empty. */
  readonly why: string;
  /** Id of a person whose right to ask the caller has checked. */
  readonly createdBy: string;
  readonly days: number;
}

/** What the tenant file names that a link of this purpose can be about; empty for purposes about nothing in particular. */
export async function itemsFor(onboardings: OnboardingClient, slug: string, purpose: ClientLinkPurpose): Promise<Exhibit[]> {
  const { item, gate } = PURPOSE_FACTS[purpose];
  return item === null || gate === null ? [] : onboardings.exhibits(slug, gate);
}

/** The address that a client opens. */
export function linkAddress(origin: string, token: string): string {
  return `${origin}/client/${token}`;
}

/**
 * Makes a link by which the client of a tenant answers one question without an account.
 * @returns the link and its token, which nobody can read again
 * @throws CommandFault (bad input): unknown tenant, onboarding that is over, post or creative that the tenant file does not name
 */
export async function handOutLink(
  { db, onboardings }: { readonly db: Database; readonly onboardings: OnboardingClient },
  { slug, purpose, item, why, createdBy, days }: LinkRequest,
  now: Date,
): Promise<{ readonly link: ClientLink; readonly token: string }> {
  const { status } = await savedOnboarding(db, slug);
  if (status.state === 'cancelled' || status.state === 'cancelling')
    throw badInput(`the onboarding of ${slug} is ${status.state}; its client is asked for nothing any more`);
  if (!Number.isInteger(days) || days < LINK_DAYS.least || days > LINK_DAYS.most)
    throw badInput(`a link lasts ${LINK_DAYS.least} to ${LINK_DAYS.most} whole days`);
  const wanted = PURPOSE_FACTS[purpose].item;
  if (wanted === null && item !== undefined) throw badInput(`a link for ${purpose} is about no post and no creative`);
  const named = await itemsFor(onboardings, slug, purpose);
  const found = named.find(({ id }) => id === item);
  if (wanted !== null && !found) {
    const ids = named.map(({ id }) => id);
    const known = ids.length === 0 ? 'none, or Temporal no longer keeps the run' : ids.join(', ');
    const what = item === undefined ? `name the ${wanted}` : `the tenant file names no ${wanted} ${JSON.stringify(item)}`;
    throw badInput(`${what}${item === undefined ? '' : didYouMean(item, ids)}; it names ${known}`);
  }
  const address = wanted === 'post' ? (found?.at ?? null) : null;
  const expiresAt = new Date(now.getTime() + days * 86_400_000);
  return createClientLink(db, { slug, purpose, item: found?.id ?? null, address, why, createdBy, expiresAt }, now);
}
