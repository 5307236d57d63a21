import { z } from 'zod';
import { EVENT_SOURCES } from './events.js';
import { line, webAddress as address } from './written-fields.js';

/** Names of events as they come in; case-sensitive. */
export const EVENT_NAME = /^[A-Za-z][A-Za-z0-9_ .:-]{0,63}$/;
const eventName = z.string().regex(EVENT_NAME, 'a letter, then up to 63 letters, digits, blanks or _ . : -');
const numericId = z.string().regex(/^\d{5,20}$/, 'an id of digits, in quotes');

const perSource = z.strictObject({
  web: eventName.optional(),
  app: eventName.optional(),
  offline: eventName.optional(),
  crm: eventName.optional(),
});

/** The settings by which one tenant's events are mapped, as people write them: YAML or JSON. `eventSettings` (src/domain/events) checks the rest. */
export const eventSettingsSchema = z.strictObject({
  map_version: z.literal(1).default(1).describe('The version of the default map that these settings were written for.'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters (ISO 3166-1), such as DE')
    .optional()
    .describe('Phone numbers without a country code are read as numbers of this country; left out, they cannot be sent.'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'three capital letters (ISO 4217), such as EUR')
    .optional()
    .describe('Used where an event has a value but no currency; left out, such events are refused.'),
  default_source: z.enum(EVENT_SOURCES).default('web').describe('The source of events that name none.'),
  ga4_measurement_id: z
    .string()
    .regex(/^G-[A-Z0-9]{4,12}$/, 'G- and capital letters or digits, such as G-ABC123DEF4')
    .optional()
    .describe("The tenant's GA4 property: Measurement Protocol requests that name another one are refused."),
  destinations: z
    .strictObject({
      web: z
        .strictObject({
          pixel_code: z.string().regex(/^[A-Z0-9]{8,40}$/, "the pixel's code of capital letters and digits"),
          website: address.optional().describe('The page of events that name none, such as a purchase sent by a server.'),
        })
        .optional(),
      app: z
        .strictObject({
          tiktok_app_id: numericId.describe("The app's id at TikTok."),
          app_id: line(200).optional().describe("The app's id in its store; an event's own app_id counts first."),
          app_name: line(200).optional(),
          app_version: line(50).optional(),
        })
        .optional(),
      offline: z.strictObject({ event_set_id: numericId }).optional(),
      crm: z.strictObject({ event_set_id: numericId, lead_event_source: line(100).optional() }).optional(),
    })
    .default({}),
  test_event_code: z
    .string()
    .regex(/^[A-Za-z0-9]{4,64}$/, 'letters and digits, such as TEST12345')
    .optional()
    .describe('From Events Manager; set, every event goes as a test event.'),
  map: z
    .record(eventName, z.union([eventName, perSource], { error: "TikTok's name, or one per source: { web: Lead, crm: won }" }))
    .default({})
    .describe('Name that comes in: the TikTok event that it means. Overrules the default map.'),
  accept: z.array(eventName).max(500).default([]).describe('Names that are sent as custom events; they cannot be optimised for.'),
  ignore: z.array(eventName).max(500).default([]).describe('Names that are known and never sent.'),
  consent: z
    .enum(['assumed', 'required'])
    .default('assumed')
    .describe('Whether an event without consent flags goes (assumed) or stays (required).'),
  limited_data_use: z.boolean().default(false).describe('Asks TikTok to use the data of every web and app event in a limited way.'),
  content_type: z.enum(['product', 'product_group']).default('product').describe('What item ids name: SKUs (product) or item groups.'),
  optimisation: z
    .strictObject({
      event: line(64).describe('TikTok standard event that campaigns optimise for.'),
      objective: line(40).describe('objective_type of the campaigns, such as PRODUCT_SALES.'),
      source: z.enum(['web', 'app']).default('web'),
      by_value: z.boolean().default(false).describe('Optimise for the value of payments, not only their number.'),
    })
    .optional(),
});
export type EventSettingsFile = z.output<typeof eventSettingsSchema>;
