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

/** Nothing has delivered on a fresh account: a day without delivery has no row (facts 8.1). */
function report(context: EndpointContext): object {
  const { values } = context;
  const dimensions = values.texts('dimensions');
  const type = values.text('report_type');
  if (type === 'BC') memberOfBc(context);
  else {
    const several = values.texts('advertiser_ids');
    for (const id of several.length > 0 ? several : [values.text('advertiser_id')]) operableAdvertiser(context, id);
  }
  const level = values.maybeText('data_level');
  if (['BASIC', 'AUDIENCE', 'CATALOG'].includes(type) && level === undefined) {
    throw badParameter('Missing required field(s): data_level.');
  }
  if (level !== undefined) {
    const ids = Object.values(ID_DIMENSION).flat().filter((name) => dimensions.includes(name));
    if (ids.length > 1 || ids.some((name) => ID_DIMENSION[level]?.includes(name) !== true)) {
      throw badParameter('Conflict occurs. The input params including metrics and dimensions have no relation.');
    }
  }
  checkDates(context, dimensions);
  const page = paged(context, []);
  return { list: page.rows, page_info: page.page_info };
}

/** The synchronous report (facts 8.1). */
export const reportHandlers: EndpointHandlers = { '/report/integrated/get/': report };
