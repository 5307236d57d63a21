/**
 * The parameters that every ad's destination carries; TikTok replaces the macros at the click (facts 7.6, design section 3) and
 * appends `ttclid` itself.
 */
export const URL_MACROS = {
  utm_campaign: '__CAMPAIGN_ID__',
  utm_content: '__CID__',
  utm_term: '__AID__',
} as const;

function nameOf(pair: string): string {
  const [name = ''] = pair.split('=', 1);
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}

function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const hash = address.indexOf('#');
  const fragment = hash < 0 ? '' : address.slice(hash);
  const bare = hash < 0 ? address : address.slice(0, hash);
  const mark = bare.indexOf('?');
  const query = mark < 0 ? '' : bare.slice(mark + 1);
  const kept = query.split('&').filter((pair) => pair !== '' && !Object.hasOwn(parameters, nameOf(pair)));
  const added = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return `${mark < 0 ? bare : bare.slice(0, mark)}?${[...kept, ...added].join('&')}${fragment}`;
}

/**
 * The destination template of a landing page: everything else of its query and its fragment stays letter by letter, and its own
 * values of the macros' parameters give way, because reports join on them.
 */
export function destinationTemplate(address: string): string {
  return withParameters(address, URL_MACROS);
}

/** What a click would open: the template with made ids for the macros, and a click id as TikTok appends it. */
export function clickedDestination(address: string): string {
  return withParameters(address, {
    utm_campaign: '1700000000000001',
    utm_content: '1700000000000003',
    utm_term: '1700000000000002',
    ttclid: 'E.C.P.kobi-launch-check',
  });
}

/** Parameters of a click that are missing or changed at the address where its redirects ended. */
export function lostParameters(clicked: string, arrived: string): string[] {
  const end = new URL(arrived).searchParams;
  return [...new URL(clicked).searchParams]
    .filter(([name]) => name.startsWith('utm_') || name === 'ttclid')
    .filter(([name, value]) => end.get(name) !== value)
    .map(([name]) => name);
}
