import { isoText } from '../clock.js';
import { badParameter } from '../envelope.js';
import type { EventSet } from '../entities.js';
import { createdId, type EndpointContext, type EndpointHandlers, isVisible, requestAdvertiser, visibleFrom } from './context.js';

/** Sets that one account may have (facts 4.6). */
const MOST_CRM_SETS = 50;

function setsOf(context: EndpointContext, kind: EventSet['kind'], advertiserId: string): EventSet[] {
  return Object.values(context.state.eventSets).filter((set) => set.kind === kind && set.advertiserId === advertiserId);
}

/** Equal names are taken twice, as TikTok does with everything that only an id tells apart. */
function made(context: EndpointContext, kind: EventSet['kind'], advertiserId: string): EventSet {
  const { values } = context;
  const eventSetId = createdId(context);
  const set: EventSet = {
    eventSetId,
    kind,
    advertiserId,
    name: values.text('name'),
    description: values.maybeText('description') ?? '',
    autoTracking: values.raw.auto_tracking === true,
    createdAt: context.now,
    updatedAt: context.now,
    visibleFrom: visibleFrom(context),
  };
  context.state.eventSets[eventSetId] = set;
  return set;
}

function wanted(context: EndpointContext, set: EventSet): boolean {
  const { values } = context;
  const name = values.maybeText('name');
  const ids = values.has('event_set_ids') ? values.texts('event_set_ids') : undefined;
  return isVisible(context, set) && (name === undefined || set.name === name) && (ids === undefined || ids.includes(set.eventSetId));
}

function offlineRow(set: EventSet): object {
  return {
    advertiser_id: set.advertiserId,
    event_set_id: set.eventSetId,
    name: set.name,
    description: set.description,
    auto_tracking: set.autoTracking,
    create_time: isoText(set.createdAt),
    update_time: isoText(set.updatedAt),
  };
}

function offlineCreate(context: EndpointContext): object {
  const { advertiserId } = requestAdvertiser(context);
  return { event_set_id: made(context, 'offline', advertiserId).eventSetId };
}

function offlineGet(context: EndpointContext): object {
  const { advertiserId } = requestAdvertiser(context);
  return {
    event_set_list: setsOf(context, 'offline', advertiserId)
      .filter((set) => wanted(context, set))
      .map(offlineRow),
  };
}

function crmCreate(context: EndpointContext): object {
  const { advertiserId } = requestAdvertiser(context);
  if (setsOf(context, 'crm', advertiserId).length >= MOST_CRM_SETS)
    throw badParameter(`At most ${MOST_CRM_SETS} CRM event sets per account.`);
  const { eventSetId, name, createdAt } = made(context, 'crm', advertiserId);
  return { event_set_id: eventSetId, name, create_time: isoText(createdAt) };
}

function crmList(context: EndpointContext): object {
  const { advertiserId } = requestAdvertiser(context);
  const rows = setsOf(context, 'crm', advertiserId).filter((set) => wanted(context, set));
  return {
    crm_event_sets: rows.map(({ eventSetId, name, createdAt }) => ({ event_set_id: eventSetId, name, create_time: isoText(createdAt) })),
  };
}

/** Offline and CRM event sets (facts 4.6). */
export const eventSetHandlers: EndpointHandlers = {
  '/offline/create/': offlineCreate,
  '/offline/get/': offlineGet,
  '/crm/create/': crmCreate,
  '/crm/list/': crmList,
};
