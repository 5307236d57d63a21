/** What the address of every ad carries; TikTok replaces the macros at the click (facts 7.6), in the order in which they are added. */
export const AD_PARAMETERS = {
  utm_source: 'tiktok',
  utm_medium: 'paid',
  utm_campaign: '__CAMPAIGN_ID__',
  utm_content: '__CID__',
  utm_term: '__AID__',
} as const satisfies Readonly<Record<string, string>>;
type AdParameter = keyof typeof AD_PARAMETERS;
const NAMES = Object.keys(AD_PARAMETERS).filter((name): name is AdParameter => Object.hasOwn(AD_PARAMETERS, name));

/** What is wrong with one parameter of a destination address. */
export interface AddressFault {
  readonly parameter: string;
  /**
   * `missing`; `wrong`: another value; `encoded`: TikTok does not find the macro; `case`: the name in other letters; `twice`; `in_fragment`:
   * behind #, where neither TikTok nor the server reads it; `click_id`: one click id for every click.
   */
  readonly fault: 'missing' | 'wrong' | 'encoded' | 'case' | 'twice' | 'in_fragment' | 'click_id';
  /** As it is written there; null where it is missing. */
  readonly found: string | null;
  /** Null where the parameter does not belong there at all. */
  readonly wanted: string | null;
}

export type DestinationRead =
  | {
      readonly ok: true;
      /** With every parameter as it must be; the same text where nothing was wrong. */
      readonly address: string;
      readonly faults: readonly AddressFault[];
    }
  | { readonly ok: false; readonly reason: string };

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

interface Pair {
  readonly written: string;
  readonly name: string;
  readonly value: string;
}

function pairOf(written: string): Pair {
  const cut = written.indexOf('=');
  return cut < 0
    ? { written, name: decoded(written), value: '' }
    : { written, name: decoded(written.slice(0, cut)), value: written.slice(cut + 1) };
}

function adParameter({ name }: Pair): AdParameter | undefined {
  return NAMES.find((each) => each === name.toLowerCase());
}

/** The fault of a pair that names one of our parameters; undefined where it is right. */
function pairFault(pair: Pair, parameter: AdParameter): AddressFault | undefined {
  const wanted = AD_PARAMETERS[parameter];
  const fault = (kind: AddressFault['fault']): AddressFault => ({ parameter: pair.name, fault: kind, found: pair.value, wanted });
  if (pair.name !== parameter) return fault('case');
  if (pair.value === wanted && pair.written === `${parameter}=${wanted}`) return undefined;
  return fault(decoded(pair.value) === wanted ? 'encoded' : 'wrong');
}

function fragmentFaults(fragment: string): AddressFault[] {
  const query = /[?&#](?=[^?]*=)(.*)$/s.exec(fragment)?.[1] ?? '';
  return query
    .split(/[?&]/)
    .map(pairOf)
    .flatMap((pair) => {
      const parameter = adParameter(pair);
      if (parameter === undefined) return [];
      return [{ parameter: pair.name, fault: 'in_fragment' as const, found: pair.value, wanted: AD_PARAMETERS[parameter] }];
    });
}

function unusable(address: string): string | undefined {
  if (/[\s\p{Cc}]/u.test(address)) return 'it holds white space or control characters; write %20 for a blank';
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return 'it is no full address such as https://www.example.org/sale';
  const { username, password } = new URL(address);
  if (username !== '' || password !== '') return 'it carries a user name or password, which every visitor would see';
  return undefined;
}

/**
 * Reads the destination address of an ad: what is wrong with its parameters, and the address as it must be. Everything else of it stays letter
 * by letter: other parameters, their encoding and order, and the fragment. Applied to its own answer it changes nothing.
 */
export function readDestination(written: string): DestinationRead {
  const given = written.trim();
  const reason = unusable(given);
  if (reason !== undefined) return { ok: false, reason };
  const hash = given.indexOf('#');
  const fragment = hash < 0 ? '' : given.slice(hash);
  const bare = hash < 0 ? given : given.slice(0, hash);
  const mark = bare.indexOf('?');
  const query = mark < 0 ? '' : bare.slice(mark + 1);
  const faults: AddressFault[] = [];
  const right = new Set<AdParameter>();
  const kept: string[] = [];
  for (const pair of query.split('&').map(pairOf)) {
    const parameter = adParameter(pair);
    if (pair.name.toLowerCase() === 'ttclid') {
      faults.push({ parameter: pair.name, fault: 'click_id', found: pair.value, wanted: null });
    } else if (parameter === undefined) {
      kept.push(pair.written);
    } else {
      const fault = pairFault(pair, parameter);
      if (fault) faults.push(fault);
      else if (right.has(parameter)) faults.push({ parameter, fault: 'twice', found: pair.value, wanted: AD_PARAMETERS[parameter] });
      else {
        right.add(parameter);
        kept.push(pair.written);
      }
    }
  }
  const added = NAMES.filter((name) => !right.has(name));
  for (const name of added) {
    if (faults.some(({ parameter }) => parameter.toLowerCase() === name)) continue;
    faults.push({ parameter: name, fault: 'missing', found: null, wanted: AD_PARAMETERS[name] });
  }
  const changed = faults.length > 0;
  faults.push(...fragmentFaults(fragment));
  if (!changed) return { ok: true, address: given, faults };
  while (kept.at(-1) === '') kept.pop();
  const whole = [...kept, ...added.map((name) => `${name}=${AD_PARAMETERS[name]}`)].join('&');
  return { ok: true, address: `${mark < 0 ? bare : bare.slice(0, mark)}?${whole}${fragment}`, faults };
}

const MADE_IDS: Readonly<Record<AdParameter, string>> = {
  utm_source: AD_PARAMETERS.utm_source,
  utm_medium: AD_PARAMETERS.utm_medium,
  utm_campaign: '1700000000000001',
  utm_content: '1700000000000003',
  utm_term: '1700000000000002',
};

/** What is wrong with a parameter, in words behind its name, of a fault whose `found` may be shown. */
export function faultText({ fault, found, wanted }: AddressFault): string {
  switch (fault) {
    case 'missing':
      return `is missing; it must be ${wanted}`;
    case 'wrong':
      return `is ${found}, and must be ${wanted}`;
    case 'encoded':
      return `is written as ${found}, which TikTok does not replace; write ${wanted} plainly`;
    case 'case':
      return `is a name in other letters; reports read only the small ones (${wanted})`;
    case 'twice':
      return 'is written twice';
    case 'in_fragment':
      return 'stands behind #, where no server reads it; it stays there, and the right one is added before it';
    case 'click_id':
      return 'is the id of one click; TikTok appends a new one at each click';
  }
}

/** What a click would open: made ids in place of the macros of a right address, and a click id as TikTok appends it. */
export function clickOn(address: string): string {
  const hash = address.indexOf('#');
  const [bare, fragment] = hash < 0 ? [address, ''] : [address.slice(0, hash), address.slice(hash)];
  const filled = NAMES.reduce((text, name) => text.replace(`${name}=${AD_PARAMETERS[name]}`, `${name}=${MADE_IDS[name]}`), bare);
  return `${filled}${filled.includes('?') ? '&' : '?'}ttclid=E.C.P.kobi-click-check${fragment}`;
}

/** A redirect that loses what reports join on. */
export interface Loss {
  /** 1 for the first redirect. */
  readonly redirect: number;
  readonly from: string;
  readonly to: string;
  /** `ttclid` and `utm_*` that are gone or changed from here to the end. */
  readonly lost: readonly string[];
}

/**
 * Where on the way of a click `ttclid` or a `utm_*` is lost: at the last redirect that still got it.
 * @param addresses the address that was clicked, then where each redirect led
 */
export function lossesOnTheWay(addresses: readonly string[]): Loss[] {
  const [clicked = '', ...others] = addresses;
  const wanted = [...new URL(clicked).searchParams].filter(([name]) => name.startsWith('utm_') || name === 'ttclid');
  const has = (address: string, name: string, value: string): boolean => new URL(address).searchParams.get(name) === value;
  return others.flatMap((to, index) => {
    const from = addresses[index] ?? clicked;
    const after = addresses.slice(index + 1);
    const lost = wanted.filter(([name, value]) => has(from, name, value) && after.every((address) => !has(address, name, value)));
    return lost.length === 0 ? [] : [{ redirect: index + 1, from, to, lost: lost.map(([name]) => name) }];
  });
}
