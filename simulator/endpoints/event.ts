import { ApiRefusal, badParameter } from '../envelope.js';
import { trackEvent } from '../tracked-events.js';
import { type EndpointContext, type EndpointHandlers, pixelById, reaches, requestAdvertiser } from './context.js';

const DAY_MS = 86_400_000;

/** How a standard event is called in pixel statistics (facts 4.4). */
const EVENT_TYPES: Readonly<Record<string, string>> = {
  ViewContent: 'ON_WEB_DETAIL',
  AddToCart: 'ON_WEB_CART',
  AddToWishlist: 'ON_WEB_ADD_TO_WISHLIST',
  InitiateCheckout: 'INITIATE_ORDER',
  AddPaymentInfo: 'ADD_BILLING',
  Purchase: 'SHOPPING',
  CompletePayment: 'SHOPPING',
  CompleteRegistration: 'ON_WEB_REGISTER',
  Lead: 'FORM',
  SubmitForm: 'FORM',
  Contact: 'CONSULT',
  Download: 'DOWNLOAD_START',
  Search: 'ON_WEB_SEARCH',
  Subscribe: 'ON_WEB_SUBSCRIBE',
  Pageview: 'PAGE_VIEW',
};

/** Accepted means code 0 and nothing more: TikTok says nothing about single events (facts 4.2). */
function track(context: EndpointContext): object {
  const { values, state } = context;
  const source = values.text('event_source');
  const sourceId = values.text('event_source_id');
  if (source === 'app') throw new ApiRefusal(40118, 'The app is not on the allowlist for this event source.');
  if (source === 'web') {
    const pixel = Object.values(state.pixels).find((item) => item.pixelCode === sourceId);
    const users = pixel === undefined ? [] : [pixel.advertiserId, ...pixel.linkedAdvertiserIds];
    if (!users.some((id) => reaches(context, id))) {
      throw new ApiRefusal(40001, `No permission to operate pixel_code: ${sourceId}`);
    }
  }
  const items = values.items('data');
  for (const [index, item] of items.entries()) {
    if (source === 'web' && !item.inner('page').has('url')) {
      throw badParameter(`Missing required field(s): data[${index}].page.url.`);
    }
    if (source === 'crm' && !item.inner('lead').has('lead_id')) {
      throw badParameter(`Missing required field(s): data[${index}].lead.lead_id.`);
    }
  }
  for (const item of items) {
    trackEvent(state, {
      channel: 'server',
      sourceId,
      source,
      event: item.text('event'),
      eventId: item.maybeText('event_id') ?? '',
      testEventCode: values.maybeText('test_event_code') ?? '',
      receivedAt: context.now,
    });
  }
  return {};
}

/** Test events show in Events Manager only and are not counted here (facts 4.2). */
function stats(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const range = context.values.inner('date_range');
  const start = Date.parse(`${range.text('start_date').slice(0, 10)}T00:00:00Z`);
  const end = Date.parse(`${range.text('end_date').slice(0, 10)}T00:00:00Z`) + DAY_MS;
  if (Number.isNaN(start) || Number.isNaN(end)) throw badParameter('date_range: Time format should be %Y-%m-%d. Please try again.');
  if (end <= start || end - start > 31 * DAY_MS) throw badParameter('date_range: The range must not be longer than 30 days.');
  const list = context.values.texts('pixel_ids').map((id) => {
    const pixel = pixelById(context, advertiser.advertiserId, id);
    const counts = new Map<string, { total: number; browser: number; server: number }>();
    for (const event of context.state.trackedEvents) {
      if (event.sourceId !== pixel.pixelCode || event.testEventCode !== '') continue;
      if (event.receivedAt < start || event.receivedAt >= end) continue;
      const count = counts.get(event.event) ?? { total: 0, browser: 0, server: 0 };
      counts.set(event.event, count);
      count[event.channel] += 1;
      if (event.fate === 'counted') count.total += 1;
    }
    const statistics = [...counts].map(([name, count]) => ({
      pixel_event_type: EVENT_TYPES[name] ?? 'CUSTOM_EVENT',
      custom_event_type: EVENT_TYPES[name] === undefined ? name : '',
      total_count: count.total,
      attributed_count: 0,
      preview_count: 0,
      browser_event_total_count: count.browser,
      server_event_total_count: count.server,
    }));
    return { pixel_id: id, statistics };
  });
  return { list };
}

/** Events API 2.0 and pixel statistics (facts 4.1, 4.2). */
export const eventHandlers: EndpointHandlers = {
  '/event/track/': track,
  '/pixel/event/stats/': stats,
};
