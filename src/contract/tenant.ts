import { z } from 'zod';
import { MODES } from './checklist.js';
import { slugSchema } from './ids.js';

// Schemas of messages are functions: every cached workflow holds its own copy of what a module makes when it is loaded, and schemas
// made there were a third of that.

const text = z.string().min(1);
const minorUnits = z.int().nonnegative();
// Of our own: the library resets the expression that it tests with, and its shared one is frozen (preloaded.ts).
const mail = () => z.email({ pattern: new RegExp(z.regexes.email) });

export const pixelRuleSchema = () =>
  z.strictObject({
    trigger: z.enum(['TRIGGERTYPE_CLICK', 'TRIGGERTYPE_PAGEVIEW', 'TRIGGERTYPE_ELEMENT_SHOW']),
    operator: z.enum(['OPERATORTYPE_CONTAINS', 'EQUALS', 'DOES_NOT_EQUAL']),
    variable: z.enum(['PAGE_URL', 'PAGE_HOSTNAME', 'PAGE_PATH', 'ELEMENT']),
    value: text,
  });

export const keyEventSchema = () =>
  z.strictObject({
    /** GA4's name, case-sensitive. */
    name: text,
    /** Who sends it to TikTok: one source per event (design, `conversion_events`). */
    source: z.enum(['site', 'events_api', 'pixel_rule']),
    /** TikTok's standard event when the default map does not know the name or must be overruled. */
    tiktokEvent: text.optional(),
    rule: pixelRuleSchema().optional(),
  });
export type KeyEvent = z.infer<ReturnType<typeof keyEventSchema>>;

export const creativeSchema = () =>
  z.strictObject({
    id: z.string().regex(/^[a-z0-9_-]{1,60}$/),
    /** Path of the real file, absolute, on a volume that the workers see. */
    file: text,
    text: z.string().max(100),
    music: z.strictObject({ source: z.enum(['none', 'original', 'commercial_library', 'licensed']), licence: text.optional() }),
    /** Statements the vertical demands, by name, such as `no_guaranteed_grades`. */
    declarations: z.array(text),
  });
export type Creative = z.infer<ReturnType<typeof creativeSchema>>;

export const sparkPostSchema = () =>
  z.strictObject({
    id: z.string().regex(/^[a-z0-9_-]{1,60}$/),
    handle: text,
    link: z.url(),
    /** Reference of the code in the secret store; the code itself never enters a history. */
    authCodeRef: text.optional(),
  });
export type SparkPost = z.infer<ReturnType<typeof sparkPostSchema>>;

/** Sources whose conversions the tenant hands in itself, by file or from its CRM; each has an event set at TikTok. */
export const EVENT_UPLOADS = ['offline', 'crm'] as const;
export type EventUpload = (typeof EVENT_UPLOADS)[number];

/**
 * A tenant as the workflow knows it: the tenant file after validation, money in integer minor units of `currency`,
 * secrets replaced by references, paths made absolute.
 */
export const tenantSchema = () =>
  z.strictObject({
    slug: slugSchema,
    legalName: text,
    country: z.string().length(2),
    currency: z.string().length(3),
    timeZone: text,
    vertical: text,
    /** TikTok's six-digit industry id. */
    industryId: z.string().regex(/^\d{6}$/),
    website: z.url(),
    landingPages: z.array(z.url()).min(1),
    ga4: z.strictObject({ measurementId: z.string().regex(/^G-[A-Z0-9]{4,12}$/), keyEvents: z.array(keyEventSchema()).min(1) }),
    /** TikTok objective_type values. */
    objectives: z.array(text).min(1),
    /** TikTok standard event that campaigns optimise for. */
    optimisationEvent: text,
    mode: z.enum(MODES),
    contacts: z.array(z.strictObject({ role: text, email: mail(), phone: text.optional() })).min(1),
    company: z.strictObject({
      promotionLink: z.url().optional(),
      licenceNo: text.optional(),
      licenceImage: text.optional(),
      qualificationImages: z.array(text).optional(),
      billingAddress: text.optional(),
      taxFields: z.record(z.string(), z.string()).optional(),
      invoicePayer: z.enum(['AGENCY', 'ADVERTISER']).optional(),
    }),
    verification: z.enum(['inherited', 'own']),
    tiktokAccount: z.strictObject({ use: z.enum(['link', 'spark_posts']), handle: text.optional() }),
    pixel: z.strictObject({ testEventCode: text.optional() }),
    /** Absent in tenants that hand in nothing. */
    eventUploads: z.array(z.enum(EVENT_UPLOADS)).optional(),
    catalog: z
      .strictObject({
        feed: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('url'), url: z.url() }),
          z.strictObject({ kind: z.literal('file'), file: text }),
        ]),
      })
      .optional(),
    billing: z.strictObject({ budgetCapPerMonthMinor: minorUnits.optional(), initialFundingMinor: minorUnits }),
    creatives: z.array(creativeSchema()),
    sparkPosts: z.array(sparkPostSchema()),
    requestedBy: text,
  });
export type Tenant = z.infer<ReturnType<typeof tenantSchema>>;
