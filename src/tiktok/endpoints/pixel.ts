import { z } from 'zod';
import { endpointsOf } from '../endpoint.js';
import { id, nothing, pageInfo } from '../fields.js';

const { get, post } = endpointsOf('pixel');

const pixelEvent = z.object({
  event_id: id.nullish(),
  name: z.string().nullish(),
  event_type: z.string().nullish(),
  rules: z.array(z.object({ trigger: z.string(), operator: z.string(), variable: z.string(), value: z.string() })).nullish(),
});

const pixelStatistics = z.object({
  pixel_id: id,
  statistics: z
    .array(z.object({ pixel_event_type: z.string().nullish(), custom_event_type: z.string().nullish(), total_count: z.number().nullish() }))
    .nullish(),
});

const pixelRow = z.object({
  pixel_id: id,
  pixel_code: z.string(),
  pixel_name: z.string(),
  pixel_script: z.string().nullish(),
  asset_ownership: z.object({ asset_relation_status: z.string().nullish(), owner_bc_id: id.nullish() }).nullish(),
  events: z.array(pixelEvent).nullish(),
});

/**
 * Pixels and the Events API (facts 3.7, 4.1, 4.2). Making a rule twice makes two rules, so `pixelEventCreate` is irreversible; the
 * test event carries its own id, so sending it again is harmless.
 */
export const pixel = {
  pixelList: get('/pixel/list/', ['800'], z.object({ pixels: z.array(pixelRow), page_info: pageInfo })),
  pixelCreate: post('/pixel/create/', { idempotency: 'irreversible', scopes: ['801'] }, z.object({ pixel_id: id, pixel_code: z.string() })),
  pixelEventCreate: post('/pixel/event/create/', { idempotency: 'irreversible', scopes: ['801'] }, nothing),
  pixelEventDelete: post('/pixel/event/delete/', { idempotency: 'idempotent', scopes: ['801'] }, nothing),
  pixelEventStats: get('/pixel/event/stats/', ['802'], z.object({ list: z.array(pixelStatistics) })),
  bcPixelTransfer: post('/bc/pixel/transfer/', { idempotency: 'idempotent', scopes: ['153'] }, nothing),
  bcPixelLinkUpdate: post('/bc/pixel/link/update/', { idempotency: 'idempotent', scopes: ['153'] }, nothing),
  bcPixelLinkGet: get('/bc/pixel/link/get/', ['153'], z.object({ list: z.array(z.object({ advertiser_id: id })), page_info: pageInfo })),
  eventTrack: post('/event/track/', { idempotency: 'idempotent', scopes: ['7224195155857866754'] }, nothing),
} as const;
