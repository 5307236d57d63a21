import { isoText } from '../clock.js';
import { ApiRefusal, badParameter } from '../envelope.js';
import type { Pixel } from '../entities.js';
import { longId, pixelCode } from '../ids.js';
import {
  createdId,
  type EndpointContext,
  type EndpointHandlers,
  isVisible,
  nextSequence,
  paged,
  pixelById,
  pixelReachedBy,
  requestAdvertiser,
  visibleFrom,
} from './context.js';

const MATCHING = { phone_number: true, email: true };
const AUTOMATIC_MATCHING = { phone_number: true, email: true, name: false, address: false, external_id: false };

function settingsOf(pixel: Pixel): object {
  return {
    advanced_matching_fields: MATCHING,
    automatic_advanced_matching_fields: AUTOMATIC_MATCHING,
    enable_first_party_cookies: true,
    enable_expanded_data_sharing: false,
    ...pixel.settings,
  };
}

/** The base code for the website; the loader's address is TikTok's own. */
function pixelScript(code: string): string {
  return (
    '<script>\n!function (w, d, t) {\n  w.TiktokAnalyticsObject=t;var ttq=w[t]=w[t]||[];' +
    'ttq.methods=["page","track","identify","instances","debug","on","off","once","ready","alias","group","enableCookie","disableCookie"];' +
    'ttq.load=function(e){var s=d.createElement("script");s.async=!0;' +
    's.src="https://analytics.tiktok.com/i18n/pixel/events.js?sdkid="+e+"&lib="+t;d.head.appendChild(s)};\n' +
    `  ttq.load('${code}');\n  ttq.page();\n}(window, document, 'ttq');\n</script>`
  );
}

function create(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const { values } = context;
  if (/\p{Extended_Pictographic}/u.test(values.text('pixel_name'))) {
    throw badParameter('pixel_name: Emojis are not supported.');
  }
  const pixelId = createdId(context);
  const pixel: Pixel = {
    pixelId,
    pixelCode: pixelCode(context.state.sequence),
    name: values.text('pixel_name'),
    category: values.maybeText('pixel_category') ?? '',
    partnerName: values.maybeText('partner_name') ?? '',
    advertiserId: advertiser.advertiserId,
    ownerBcId: null,
    linkedAdvertiserIds: [],
    createdAt: context.now,
    updatedAt: context.now,
    events: [],
    testEventCode: `TEST${(10_000 + (context.state.sequence % 90_000)).toString()}`,
    settings: {},
    visibleFrom: visibleFrom(context),
  };
  context.state.pixels[pixelId] = pixel;
  return {
    pixel_id: pixelId,
    pixel_code: pixel.pixelCode,
    pixel_name: pixel.name,
    pixel_category: pixel.category,
    partner_name: pixel.partnerName,
    ...settingsOf(pixel),
    pixel_script: pixelScript(pixel.pixelCode),
  };
}

function listRow(pixel: Pixel): object {
  return {
    pixel_id: pixel.pixelId,
    pixel_code: pixel.pixelCode,
    pixel_name: pixel.name,
    pixel_category: pixel.category,
    pixel_script: pixelScript(pixel.pixelCode),
    create_time: isoText(pixel.createdAt),
    pixel_setup_mode: 'DEVELOPER',
    partner_name: pixel.partnerName,
    activity_status: 'NO_ACTIVITY',
    ...settingsOf(pixel),
    asset_ownership:
      pixel.ownerBcId === null
        ? { asset_relation_status: null, ownership_status: true, updated_at: Math.floor(pixel.updatedAt / 1000) }
        : {
            asset_relation_status: 'TRANSFERRED',
            ownership_status: false,
            owner_bc_id: pixel.ownerBcId,
            updated_at: Math.floor(pixel.updatedAt / 1000),
          },
    events: pixel.events.map((event) => ({
      name: event.name,
      event_type: event.eventType,
      optimization_event: event.eventType,
      custom_event_type: '',
      event_code: event.eventCode,
      event_id: event.eventId,
      statistic_type: event.statisticType,
      currency: event.currency,
      currency_value: event.currencyValue,
      deprecated: false,
      rules: event.rules,
    })),
  };
}

function list(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const { values } = context;
  const latest = values.maybeText('order_by') === 'LATEST_CREATE';
  const [code, id, name] = ['code', 'pixel_id', 'name'].map((field) => values.maybeText(field));
  const rows = Object.values(context.state.pixels)
    .filter((pixel) => pixelReachedBy(pixel, advertiser.advertiserId) && isVisible(context, pixel))
    .filter((pixel) => code === undefined || pixel.pixelCode === code)
    .filter((pixel) => id === undefined || pixel.pixelId === id)
    .filter((pixel) => name === undefined || pixel.name.includes(name))
    .sort((left, right) => (latest ? right.createdAt - left.createdAt : left.createdAt - right.createdAt));
  const page = paged(context, rows);
  return { pixels: page.rows.map(listRow), page_info: page.page_info };
}

function update(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const pixel = pixelById(context, advertiser.advertiserId, context.values.text('pixel_id'));
  pixel.name = context.values.text('pixel_name');
  pixel.updatedAt = context.now;
  const names = [
    'advanced_matching_fields',
    'automatic_advanced_matching_fields',
    'enable_first_party_cookies',
    'enable_expanded_data_sharing',
  ];
  for (const name of names) if (context.values.has(name)) pixel.settings[name] = context.values.raw[name];
  return {};
}

function createEvents(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const pixel = pixelById(context, advertiser.advertiserId, context.values.text('pixel_id'));
  for (const item of context.values.items('pixel_events')) {
    const eventId = longId(nextSequence(context.state));
    context.created.push(eventId);
    pixel.events.push({
      eventId,
      name: item.maybeText('event_name') ?? '',
      eventType: item.text('event_type'),
      eventCode: item.maybeText('event_code') ?? '',
      statisticType: item.maybeText('statistic_type') ?? 'EVERY_TIME',
      currency: item.maybeText('currency') ?? '',
      currencyValue: item.maybeText('currency_value') ?? '',
      rules: item.items('rules').map((rule) => ({
        trigger: rule.text('trigger'),
        operator: rule.text('operator'),
        variable: rule.text('variable'),
        value: rule.text('value'),
      })),
    });
  }
  return {};
}

function pixelOfEvent(context: EndpointContext): Pixel {
  const advertiser = requestAdvertiser(context);
  const eventId = context.values.text('event_id');
  const pixel = Object.values(context.state.pixels).find(
    (item) => pixelReachedBy(item, advertiser.advertiserId) && item.events.some((event) => event.eventId === eventId),
  );
  if (pixel === undefined) throw new ApiRefusal(40007, `The pixel event ${eventId} does not exist.`);
  return pixel;
}

function updateEvent(context: EndpointContext): object {
  const { values } = context;
  const event = pixelOfEvent(context).events.find((item) => item.eventId === values.text('event_id'));
  if (event !== undefined) {
    event.name = values.maybeText('event_name') ?? event.name;
    event.currency = values.maybeText('currency') ?? event.currency;
    event.currencyValue = values.maybeText('currency_value') ?? event.currencyValue;
  }
  return {};
}

function deleteEvent(context: EndpointContext): object {
  const pixel = pixelOfEvent(context);
  pixel.events = pixel.events.filter((event) => event.eventId !== context.values.text('event_id'));
  return {};
}

/** Pixels and their event rules (facts 4.1). */
export const pixelHandlers: EndpointHandlers = {
  '/pixel/create/': create,
  '/pixel/list/': list,
  '/pixel/update/': update,
  '/pixel/event/create/': createEvents,
  '/pixel/event/update/': updateEvent,
  '/pixel/event/delete/': deleteEvent,
};
