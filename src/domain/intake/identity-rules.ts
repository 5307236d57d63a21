import { slugSchema } from '../../contract/ids.js';
import { COUNTRIES } from '../countries.js';
import { ACCOUNT_CURRENCIES } from '../currencies.js';
import { fault, type Fault, shown } from '../faults.js';
import { nearest } from '../suggestions.js';
import { isTimeZone, TIME_ZONES } from '../time-zones.js';
import { LICENSED_VERTICALS, NAMED_VERTICALS, SPECIAL_INDUSTRIES, standingOf, VERTICALS } from '../verticals.js';
import type { Draft } from './draft.js';

/** What is wrong with a slug, character by character, because look-alikes cannot be seen. */
export function slugFault(written: unknown): Fault | undefined {
  if (typeof written !== 'string' || slugSchema.safeParse(written).success) return undefined;
  const strange = [...written].findIndex((char) => !/^[ -~]$/.test(char));
  const codePoint = [...written][strange]?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  const reason = codePoint === undefined ? '' : `; its character ${strange + 1} is U+${codePoint}, which is none of these`;
  const latin = written.normalize('NFKD').replaceAll(/\p{Mn}/gu, '');
  const proposal = latin
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '');
  const usable = /^[ -~]*$/.test(latin) && slugSchema.safeParse(proposal).success;
  return fault(
    ['slug'],
    `must be a lower-case letter, then 1 to 30 of a-z, 0-9 and _ (${shown(written)})${reason}`,
    usable ? { suggestion: proposal } : {},
  );
}

function verticalFaults(vertical: string): { faults: Fault[]; warnings: Fault[] } {
  const path = ['vertical'];
  switch (standingOf(vertical)) {
    case 'prohibited':
      return {
        faults: [fault(path, `${vertical} may not be advertised on TikTok (TikTok Advertising Policies, Industry Entry)`)],
        warnings: [],
      };
    case 'licensed':
      return {
        faults: [
          fault(
            path,
            `${vertical} needs the industry's papers on the tenant's own account, uploaded by a person in Ads Manager; an account under Kobi's qualification cannot have them (TikTok's rule for shared qualifications)`,
          ),
        ],
        warnings: [],
      };
    case 'special':
      return {
        faults: [],
        warnings: [
          fault(
            path,
            `campaigns of ${vertical} must declare special_industries ${SPECIAL_INDUSTRIES[vertical] ?? ''} (TikTok's special ad categories)`,
          ),
        ],
      };
    case 'known':
      return { faults: [], warnings: [] };
    case 'unknown': {
      const suggestion = nearest(vertical, NAMED_VERTICALS);
      if (suggestion !== undefined)
        return {
          faults: [fault(path, `${shown(vertical)} is not a vertical that we know`, { allowed: Object.keys(VERTICALS), suggestion })],
          warnings: [],
        };
      return {
        faults: [],
        warnings: [
          fault(
            path,
            `${shown(vertical)} is new to us: no declarations are asked for, and restrictions of TikTok are not checked beyond ${LICENSED_VERTICALS.join(', ')}`,
          ),
        ],
      };
    }
  }
}

/** Who the tenant is: slug, country, currency, time zone, vertical, mode. */
export function identityRules(draft: Draft): { faults: Fault[]; warnings: Fault[] } {
  const faults: Fault[] = [];
  const slug = slugFault(draft.slugAsWritten);
  if (slug) faults.push(slug);
  const { country, currency, timeZone, vertical, mode } = draft;
  if (country !== undefined && !COUNTRIES.includes(country)) {
    faults.push(fault(['country'], `${country} is no country of ISO 3166-1`, country === 'UK' ? { suggestion: 'GB' } : {}));
  }
  if (currency !== undefined && !ACCOUNT_CURRENCIES.includes(currency)) {
    faults.push(
      fault(['currency'], `${currency} is no currency of TikTok's ad accounts (TikTok's list of currencies)`, {
        allowed: ACCOUNT_CURRENCIES,
        written: currency,
      }),
    );
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const suggestion = nearest(timeZone, TIME_ZONES);
    faults.push(
      fault(['time_zone'], `${shown(timeZone)} is no IANA time zone such as Europe/Berlin`, suggestion === undefined ? {} : { suggestion }),
    );
  }
  if (mode !== undefined && mode !== 'managed') faults.push(fault(['mode'], `mode ${mode} is not available yet`, { allowed: ['managed'] }));
  const byVertical = vertical === undefined ? { faults: [], warnings: [] } : verticalFaults(vertical);
  return { faults: [...faults, ...byVertical.faults], warnings: byVertical.warnings };
}
