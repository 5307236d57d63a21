import { z } from 'zod';
import {
  companyFileSchema,
  contactFileSchema,
  creativeFileSchema,
  keyEventFileSchema,
  sparkPostFileSchema,
  tenantFileSchema,
} from '../../contract/tenant-file.js';
import { valueAt } from '../schema-faults.js';

const top = tenantFileSchema.shape;

/** Items with what the rules read of them; other wrong fields of the same item do not hide it. */
const keyEventName = z.looseObject({ name: keyEventFileSchema.shape.name });
/** A rule that is badly written is a rule all the same. */
const SOME_RULE = { trigger: 'TRIGGERTYPE_PAGEVIEW', operator: 'EQUALS', variable: 'PAGE_URL', value: '?' } as const;
const keyEvent = z.looseObject({ ...keyEventFileSchema.shape, rule: keyEventFileSchema.shape.rule.catch(SOME_RULE) });
const mappedKeyEvent = z.looseObject({ name: keyEventFileSchema.shape.name, tiktok_event: keyEventFileSchema.shape.tiktok_event });
const contact = z.looseObject({
  email: contactFileSchema.shape.email.optional().catch(undefined),
  phone: contactFileSchema.shape.phone.catch(undefined),
});
const creative = z.looseObject({
  id: creativeFileSchema.shape.id.optional().catch(undefined),
  file: creativeFileSchema.shape.file.catch(''),
  text: creativeFileSchema.shape.text.optional().catch(undefined),
  music: z
    .looseObject({ source: creativeFileSchema.shape.music.shape.source, licence: z.unknown().optional() })
    .optional()
    .catch(undefined),
  declarations: creativeFileSchema.shape.declarations.catch([]),
});
const sparkPost = z.looseObject({
  id: sparkPostFileSchema.shape.id.optional().catch(undefined),
  handle: sparkPostFileSchema.shape.handle.optional().catch(undefined),
  link: sparkPostFileSchema.shape.link.optional().catch(undefined),
  auth_code: sparkPostFileSchema.shape.auth_code.catch(undefined),
});

function field<S extends z.ZodType>(schema: S, value: unknown): z.output<S> | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The valid items of a list with their places in the file. */
function items<S extends z.ZodType>(schema: S, value: unknown): (readonly [index: number, item: z.output<S>])[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [[index, parsed.data] as const] : [];
  });
}

/**
 * What of a tenant file can be read although other parts are wrong, so that the rules find every fault at once.
 * Fields are undefined when they are missing or wrong.
 */
export function draftOf(data: unknown) {
  const at = (...path: string[]): unknown => valueAt(data, path);
  const company = companyFileSchema.shape;
  const billing = top.billing.shape;
  return {
    slugAsWritten: at('slug'),
    country: field(top.country, at('country')),
    currency: field(top.currency, at('currency')),
    timeZone: field(top.time_zone, at('time_zone')),
    vertical: field(top.vertical, at('vertical')),
    website: field(top.website, at('website')),
    landingPages: items(top.website, at('landing_pages')),
    keyEvents: items(keyEvent, at('ga4', 'key_events')),
    /** Those of which at least what they map to can be read. */
    mappedKeyEvents: items(mappedKeyEvent, at('ga4', 'key_events')),
    keyEventNames: items(keyEventName, at('ga4', 'key_events')),
    keyEventCount: items(z.unknown(), at('ga4', 'key_events')).length,
    objectives: items(top.objectives.element, at('objectives')).map(([, objective]) => objective),
    optimisationEvent: field(top.optimisation_event, at('optimisation_event')),
    mode: field(top.mode, at('mode')),
    contacts: items(contact, at('contacts')),
    /** Whether each field of `company` is there, well written or not. */
    given: (name: keyof typeof company): boolean => at('company', name) !== undefined && at('company', name) !== null,
    promotionLink: field(company.promotion_link, at('company', 'promotion_link')),
    /** Names of the tax fields that are there, well written or not. */
    taxFieldNames: Object.keys(field(z.record(z.string(), z.unknown()), at('company', 'tax_fields')) ?? {}),
    tiktokAccount: field(top.tiktok_account, at('tiktok_account')),
    hasCatalog: at('catalog') !== undefined && at('catalog') !== null,
    feedUrl: field(top.website, at('catalog', 'feed', 'url')),
    budgetCap: field(billing.budget_cap_per_month, at('billing', 'budget_cap_per_month')),
    initialFunding: field(billing.initial_funding, at('billing', 'initial_funding')),
    creatives: items(creative, at('creatives')),
    sparkPosts: items(sparkPost, at('spark_posts')),
    sparkPostCount: items(z.unknown(), at('spark_posts')).length,
  };
}
export type Draft = ReturnType<typeof draftOf>;

/** Repeats of a key among items: each item's place with the place of the first that has the same key. */
export function repeats<T>(
  list: readonly (readonly [number, T])[],
  key: (item: T) => string | undefined,
): { readonly index: number; readonly first: number }[] {
  const seen = new Map<string, number>();
  return list.flatMap(([index, item]) => {
    const name = key(item);
    if (name === undefined) return [];
    const first = seen.get(name);
    if (first === undefined) seen.set(name, index);
    return first === undefined ? [] : [{ index, first }];
  });
}
