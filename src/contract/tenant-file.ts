import { z } from 'zod';
import { MODES } from './checklist.js';
import { slugSchema } from './ids.js';
import { EVENT_UPLOADS, pixelRuleSchema } from './tenant.js';
import { line, webAddress as address } from './written-fields.js';

/** TikTok's objective_type values that a campaign may still be created with (facts 7.2). */
export const OBJECTIVES = [
  'REACH',
  'TRAFFIC',
  'VIDEO_VIEWS',
  'LEAD_GENERATION',
  'ENGAGEMENT',
  'APP_PROMOTION',
  'WEB_CONVERSIONS',
  'PRODUCT_SALES',
  'RF_REACH',
  'BRAND_CONSIDERATION',
] as const;

const file = line(1_000).describe('Path of a file, relative to the folder of this tenant file.');
const itemId = z.string().regex(/^[a-z0-9_-]{1,60}$/, '1 to 60 of a-z, 0-9, _ and -');
const handle = z.string().regex(/^@?[A-Za-z0-9._]{2,24}$/, 'a TikTok handle: 2 to 24 letters, digits, . and _');
const sixDigits = "TikTok's industry id: six digits, such as 290303";
const money = 'an amount in units of the currency, not below 0, such as 1500 or "1500.50"';
const amount = z.union([z.string().regex(/^\d{1,15}(\.\d{1,3})?$/, money), z.number(money).nonnegative(money)], money);

export const keyEventFileSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, 'a letter, then up to 39 letters, digits and _ (GA4)')
    .describe("The key event's name in GA4; capitals count."),
  source: z
    .enum(['site', 'events_api', 'pixel_rule'])
    .describe('Who sends the event to TikTok. One source per event: code on the site, the Events API, or a rule of the pixel.'),
  tiktok_event: line(50).optional().describe('TikTok standard event, when the default for this GA4 name is missing or does not fit.'),
  rule: pixelRuleSchema().optional().describe('When the pixel fires the event; only with source pixel_rule.'),
});

export const contactFileSchema = z.strictObject({
  role: line(100).describe('What the contact is for, such as marketing.'),
  email: z.email({ error: 'a mail address such as marketing@example.org' }).max(200),
  phone: line(40).optional().describe('With country code, or in the national form of `country`.'),
});

export const companyFileSchema = z.strictObject({
  promotion_link: address.max(255).optional().describe("The company's own site; needed when Kobi's Business Center is an agency's."),
  licence_no: line(100).optional().describe('Number of the business licence; needed in CN, HK, BR, MX.'),
  licence_image: file.optional().describe('Image of the licence (jpg, png, at most 10 MB); needed in CN, HK.'),
  qualification_images: z.array(file).min(1).max(10).optional().describe('Further papers; needed in FR, BR, MX.'),
  billing_address: line(512).optional().describe('Needed, or tax_fields, in FR, BR, MX.'),
  tax_fields: z
    .record(z.string().max(40), line(100))
    .optional()
    .describe('vat (EU), tax_id (BR, MX, AE, EG, SA, IL, TR, CA, US), tax_regime (MX), abn (AU, NZ).'),
  invoice_payer: z.enum(['AGENCY', 'ADVERTISER']).optional().describe('Who pays the invoice; needed in FR.'),
});

export const creativeFileSchema = z.strictObject({
  id: itemId.describe('Name of the creative, unique in this file.'),
  file: file.describe('The video or image, relative to the folder of this tenant file.'),
  text: line(100).describe('Ad text: 1 to 100 characters, no emoji, { } or #.'),
  music: z.strictObject({
    source: z.enum(['none', 'original', 'commercial_library', 'licensed']).describe('Where the sound comes from.'),
    licence: line(300).optional().describe('Which licence covers it; needed with source licensed.'),
  }),
  declarations: z.array(itemId).max(20).default([]).describe('Statements that the vertical demands, such as no_guaranteed_grades.'),
});

/** A creator's Spark code, as TikTok's app shows it. */
export const sparkCodeSchema = z.string().regex(/^#[A-Za-z0-9+/=]{20,100}$/, 'a Spark code: # and about 60 letters, digits, + / =');

export const sparkPostFileSchema = z.strictObject({
  id: itemId.describe('Name of the post, unique in this file.'),
  handle: handle.describe("The creator's TikTok handle."),
  link: address.describe('Address of the post, https://www.tiktok.com/@handle/video/…'),
  auth_code: sparkCodeSchema
    .optional()
    .describe('Spark code of the creator, in quotes, because # begins a comment. Left out, the creator is asked.'),
});

/** The parts of `catalog`, each way to hand over products. */
export const feedFileSchema = z.union([z.strictObject({ url: address }), z.strictObject({ file })], {
  error: 'either `url: https://…` or `file: products.csv`',
});

/**
 * The tenant file as people write it: YAML or JSON, snake_case, money in units of the currency. `intake` (src/domain) checks what one
 * field alone cannot tell and turns it into a `Tenant`.
 */
export const tenantFileSchema = z.strictObject({
  slug: slugSchema.describe(
    'The short name in all remote names and commands; never changes. A lower-case letter, then 1 to 30 of a-z, 0-9 and _.',
  ),
  legal_name: line(255).describe("The tenant's legal name; our data, the ad account carries Kobi's company."),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters (ISO 3166-1), such as DE')
    .describe('Country by ISO 3166-1, such as DE.'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'three capital letters (ISO 4217), such as EUR')
    .describe("Currency by ISO 4217; must be that of Kobi's Business Center."),
  time_zone: line(64).describe('IANA time zone, such as Europe/Berlin; cannot be changed once the account exists.'),
  vertical: z
    .string()
    .regex(/^[a-z][a-z0-9_]{1,39}$/, 'a lower-case word such as tourism')
    .describe('private_school, tourism, ecommerce, or another word.')
    .meta({ examples: ['private_school', 'tourism', 'ecommerce'] }),
  industry_id: z
    .union([z.string().regex(/^\d{6}$/, sixDigits), z.int(sixDigits).min(100_000, sixDigits).max(999_999, sixDigits)], sixDigits)
    .describe("TikTok's six-digit industry id."),
  website: address.describe("The tenant's site."),
  landing_pages: z.array(address).min(1).max(50).describe('Pages that ads lead to; checked before the launch.'),
  ga4: z.strictObject({
    measurement_id: z.string().regex(/^G-[A-Z0-9]{4,12}$/, 'a GA4 measurement id such as G-ABC1234567'),
    key_events: z.array(keyEventFileSchema).min(1).max(30).describe('GA4 key events that TikTok shall hear of.'),
  }),
  objectives: z.array(z.enum(OBJECTIVES)).min(1).describe('Objectives of the campaigns to come, as TikTok names them.'),
  optimisation_event: line(50).describe('TikTok standard event that campaigns optimise for; one of those that the key events map to.'),
  mode: z.enum(MODES).default('managed').describe("managed: the account lives in Kobi's Business Center."),
  contacts: z.array(contactFileSchema).min(1).max(10).describe("The first one is the account's contact."),
  company: companyFileSchema.default({}).describe('What some countries and Business Centers ask for.'),
  verification: z.enum(['inherited', 'own']).default('inherited').describe("inherited: Kobi's verified qualification serves."),
  tiktok_account: z.strictObject({
    use: z.enum(['link', 'spark_posts']).describe("Ads run as the tenant's linked account, or only as Spark posts."),
    handle: handle.optional().describe('The account that is to be linked.'),
  }),
  pixel: z
    .strictObject({
      ownership: z.literal('kobi').default('kobi').describe('Who owns the pixel; in mode managed always kobi.'),
      test_event_code: z
        .string()
        .regex(/^[A-Za-z0-9]{4,64}$/, 'letters and digits, such as TEST12345')
        .optional()
        .describe('From Events Manager; left out, Kobi is asked.'),
    })
    .default({ ownership: 'kobi' }),
  event_uploads: z
    .array(z.enum(EVENT_UPLOADS))
    .min(1)
    .max(10)
    .optional()
    .describe('Conversions besides the site that the tenant hands in itself: offline (till, office, phone), crm (leads).'),
  catalog: z
    .strictObject({
      ownership: z.literal('kobi').default('kobi').describe('Who owns the catalog; in mode managed always kobi.'),
      feed: feedFileSchema.describe('Products: the address of a feed, or a CSV file.'),
    })
    .optional()
    .describe('Only for tenants that sell products.'),
  billing: z.strictObject({
    billing_group: z.literal('kobi').default('kobi').describe("Kobi's configured billing group pays; no client card."),
    budget_cap_per_month: amount.optional().describe('At most this is spent in a month, in units of the currency.'),
    initial_funding: amount
      .default(0)
      .describe('Moved to the account once, in units of the currency; above the threshold two people decide.'),
  }),
  creatives: z.array(creativeFileSchema).max(50).default([]),
  spark_posts: z.array(sparkPostFileSchema).max(50).default([]),
  requested_by: line(200).describe('Who asked for this onboarding.'),
});
export type TenantFile = z.output<typeof tenantFileSchema>;
export type KeyEventFile = z.output<typeof keyEventFileSchema>;
export type SparkPostFile = z.output<typeof sparkPostFileSchema>;
