import { z } from 'zod';
import { endpointsOf } from '../endpoint.js';
import { id } from '../fields.js';

const { get, post } = endpointsOf('event-sets');

const row = z.object({ event_set_id: id, name: z.string() });

/** Scopes of the first level (facts 2.1): offline events, CRM events. */
const OFFLINE = '7043626160646946818';
const CRM = '7294180478502830081';

/** Event sets, to which conversions from tills, offices and CRM systems are sent (facts 4.6). Equal names are taken twice. */
export const eventSets = {
  offlineGet: get('/offline/get/', [OFFLINE], z.object({ event_set_list: z.array(row).nullish() })),
  offlineCreate: post('/offline/create/', { idempotency: 'irreversible', scopes: [OFFLINE] }, z.object({ event_set_id: id })),
  crmList: get('/crm/list/', [CRM], z.object({ crm_event_sets: z.array(row).nullish() })),
  crmCreate: post('/crm/create/', { idempotency: 'irreversible', scopes: [CRM] }, z.object({ event_set_id: id })),
} as const;
