import { fault, type Fault, type Path } from '../faults.js';
import { type Draft, repeats } from './draft.js';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function addressFaults(path: Path, address: string | undefined): Fault[] {
  if (address === undefined || !URL.canParse(address)) return [];
  const url = new URL(address);
  const faults: Fault[] = [];
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    faults.push(fault(path, 'must begin with https://', { suggestion: address.replace(/^http:/i, 'https:') }));
  if (url.username !== '' || url.password !== '') faults.push(fault(path, 'must not carry a user name or password'));
  return faults;
}

/** The form in which two addresses of one page are equal. */
function samePage(address: string): string {
  const url = new URL(address);
  return `${url.origin}${url.pathname.replace(/\/$/, '')}${url.search}`;
}

/** Addresses: https (plain http only for loopback), no passwords, no page twice. */
export function addressRules(draft: Draft): Fault[] {
  return [
    ...addressFaults(['website'], draft.website),
    ...draft.landingPages.flatMap(([index, page]) => addressFaults(['landing_pages', index], page)),
    ...repeats(draft.landingPages, samePage).map(({ index, first }) =>
      fault(['landing_pages', index], `is the same page as landing_pages.${first}`),
    ),
    ...addressFaults(['company', 'promotion_link'], draft.promotionLink),
    ...addressFaults(['catalog', 'feed', 'url'], draft.feedUrl),
  ];
}
