import { EVENT_CURRENCIES } from '../../domain/events/currencies.js';
import type { PreparedMap } from '../../domain/events/prepared-map.js';
import { mapRows } from '../../domain/events/prepared-map.js';
import { currencyExponent } from '../../domain/money.js';

/** Where TikTok's own script lives. */
export const PIXEL_SCRIPT = 'https://analytics.tiktok.com/i18n/pixel/events.js';

/** The address of the event gateway and a write key for browsers, which everybody can read in the page. */
export interface PageGateway {
  /** Such as `https://events.kobi.example`, with a path where it is served below one. */
  readonly address: string;
  readonly key: string;
}

export interface PageOptions {
  readonly slug: string;
  /** Undefined: only the browser's pixel reports. */
  readonly gateway?: PageGateway | undefined;
  /** Another address of the pixel's script, for tests and proxies. */
  readonly pixelScript?: string | undefined;
  /** `page`: Google's consent commands in the dataLayer are obeyed; `tag_manager`: tags fire only once it has asked. */
  readonly consentBy: 'page' | 'tag_manager';
  /** Whether every push is looked at, or only those for which a tag fired. */
  readonly listen: boolean;
}

/** What the code in src/events/site/page is given. Everybody who opens the page can read it. */
export interface PageSettings {
  readonly pixel: string;
  readonly script: string;
  /** TikTok's names, each with the names in the dataLayer that mean it. */
  readonly events: Readonly<Record<string, readonly string[]>>;
  /** Names that are known and never sent. */
  readonly ignored: readonly string[];
  readonly consent: 'assumed' | 'required' | 'tag_manager';
  readonly limited: boolean;
  readonly contentType: 'product' | 'product_group';
  /** Of values that name none. */
  readonly currency: string | undefined;
  /** Decimals of the currencies that have others than two. */
  readonly decimals: Readonly<Record<string, number>>;
  /** The gateway's address for this tenant. */
  readonly gateway: string | undefined;
  readonly key: string | undefined;
  readonly listen: boolean;
}

const DECIMALS: Readonly<Record<string, number>> = Object.fromEntries(
  [...EVENT_CURRENCIES].map((currency) => [currency, currencyExponent(currency)] as const).filter(([, decimals]) => decimals !== 2),
);

/** The names that mean something on the web, by TikTok's event, both in alphabetical order. */
export function pageEvents(prepared: PreparedMap): Record<string, string[]> {
  const events = new Map<string, string[]>();
  for (const { name, targets } of mapRows(prepared)) {
    if (targets.web === null) continue;
    const names = events.get(targets.web) ?? [];
    names.push(name);
    events.set(targets.web, names);
  }
  return Object.fromEntries([...events].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** What a tenant's pages are told; undefined while the tenant has no pixel. */
export function pageSettings(prepared: PreparedMap, options: PageOptions): PageSettings | undefined {
  const { settings } = prepared;
  const pixel = settings.destinations.web?.pixel_code;
  if (pixel === undefined) return undefined;
  const { slug, gateway, pixelScript, consentBy, listen } = options;
  return {
    pixel,
    script: pixelScript ?? PIXEL_SCRIPT,
    events: pageEvents(prepared),
    ignored: settings.ignore,
    consent: consentBy === 'tag_manager' ? 'tag_manager' : settings.consent,
    limited: settings.limited_data_use,
    contentType: settings.content_type,
    currency: settings.currency,
    decimals: DECIMALS,
    gateway: gateway && `${gateway.address.replace(/\/+$/, '')}/v1/events/${slug}`,
    key: gateway?.key,
    listen,
  };
}
