import { type DeliveredRow, deliveredRows, metricsOf } from '../delivery.js';
import { badParameter } from '../envelope.js';
import { type EndpointContext, type EndpointHandlers, memberOfBc, operableAdvertiser, paged } from './context.js';

const DAY_MS = 86_400_000;
const ID_DIMENSION: Readonly<Record<string, readonly string[]>> = {
  AUCTION_ADVERTISER: ['advertiser_id'],
  AUCTION_CAMPAIGN: ['campaign_id'],
  AUCTION_ADGROUP: ['adgroup_id'],
  AUCTION_AD: ['ad_id', 'ad_id_v2'],
};

function day(context: EndpointContext, name: string): number {
  const text = context.values.text(name);
  const parsed = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(parsed)) {
    throw badParameter(`${name}: Time format should be %Y-%m-%d. Please try again.`);
  }
  return parsed;
}

function checkDates(context: EndpointContext, dimensions: readonly string[]): void {
  const { values } = context;
  if (values.maybeFlag('query_lifetime') === true) {
    const forbidden = ['stat_time_day', 'stat_time_hour', 'country_code'].find((name) => dimensions.includes(name));
    if (forbidden !== undefined) throw badParameter(`${forbidden} is not supported when query_lifetime is true.`);
    return;
  }
  const days = (day(context, 'end_date') - day(context, 'start_date')) / DAY_MS + 1;
  const most = dimensions.includes('stat_time_hour') ? 1 : dimensions.includes('stat_time_day') ? 30 : 365;
  if (days < 1) throw badParameter('end_date must not be before start_date.');
  if (days > most) throw badParameter(`The date range must not be longer than ${most} days.`);
}

/** `filter_value` is a JSON text of its own; only the filters by id and status narrow here (facts 8.1, 8.2). */
function filterValues(context: EndpointContext, name: string): readonly string[] {
  const filter = context.values.items('filtering').find((item) => item.text('field_name') === name);
  if (filter === undefined) return [];
  try {
    const values: unknown = JSON.parse(filter.text('filter_value'));
    return Array.isArray(values) ? values.map(String) : [];
  } catch {
    throw badParameter('filtering.filter_value: Invalid JSON.');
  }
}

function isAsked(context: EndpointContext, row: DeliveredRow): boolean {
  const { values } = context;
  if (values.maybeFlag('query_lifetime') !== true) {
    if (row.delivery.day < values.text('start_date') || row.delivery.day > values.text('end_date')) return false;
  }
  const deleted = ['campaign_status', 'adgroup_status', 'ad_status'].some((name) => filterValues(context, name).includes('STATUS_ALL'));
  if (row.ad.operationStatus === 'DELETE' && !deleted) return false;
  return ['campaign_id', 'adgroup_id', 'ad_id'].every((name) => {
    const wanted = filterValues(context, `${name}s`);
    return wanted.length === 0 || wanted.includes(row.ids[name] ?? '');
  });
}

function dimensionValue(context: EndpointContext, row: DeliveredRow, name: string): string {
  if (name === 'stat_time_day' || name === 'stat_time_hour') return `${row.delivery.day} 00:00:00`;
  if (name === 'country_code') return context.state.advertisers[row.ad.advertiserId]?.country ?? '-';
  return row.ids[name] ?? '-';
}

/** A day without delivery has no row (facts 8.1). */
function rows(context: EndpointContext, advertiserIds: readonly string[]): { dimensions: object; metrics: Record<string, string> }[] {
  const { values } = context;
  const asked = values.texts('metrics');
  const names = asked.length === 0 ? ['spend', 'impressions'] : asked;
  const groups = new Map<string, DeliveredRow[]>();
  for (const row of deliveredRows(context.state, advertiserIds).filter((item) => isAsked(context, item))) {
    const dimensions = Object.fromEntries(values.texts('dimensions').map((name) => [name, dimensionValue(context, row, name)]));
    const key = JSON.stringify(dimensions);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const list = [...groups].map(([key, group]) => ({ dimensions: JSON.parse(key), metrics: metricsOf(group, names) }));
  const order = values.maybeText('order_field');
  if (order === undefined) return list;
  const sign = values.maybeText('order_type') === 'ASC' ? 1 : -1;
  return list.sort((left, right) => sign * (Number(left.metrics[order]) - Number(right.metrics[order])));
}

function report(context: EndpointContext): object {
  const { values } = context;
  const dimensions = values.texts('dimensions');
  const type = values.text('report_type');
  const several = values.texts('advertiser_ids');
  const ids = type === 'BC' ? [] : several.length > 0 ? several : [values.text('advertiser_id')];
  if (type === 'BC') memberOfBc(context);
  for (const id of ids) operableAdvertiser(context, id);
  const level = values.maybeText('data_level');
  if (['BASIC', 'AUDIENCE', 'CATALOG'].includes(type) && level === undefined) {
    throw badParameter('Missing required field(s): data_level.');
  }
  if (level !== undefined) {
    const ids = Object.values(ID_DIMENSION)
      .flat()
      .filter((name) => dimensions.includes(name));
    if (ids.length > 1 || ids.some((name) => ID_DIMENSION[level]?.includes(name) !== true)) {
      throw badParameter('Conflict occurs. The input params including metrics and dimensions have no relation.');
    }
  }
  checkDates(context, dimensions);
  const page = paged(context, rows(context, ids));
  return { list: page.rows, page_info: page.page_info };
}

/** The synchronous report (facts 8.1). */
export const reportHandlers: EndpointHandlers = { '/report/integrated/get/': report };
