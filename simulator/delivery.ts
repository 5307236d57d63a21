import type { AdObject, Delivery, SimulatorState } from './entities.js';

/** What an ad did on one day, with the ids above it. */
export interface DeliveredRow {
  readonly delivery: Delivery;
  readonly ad: AdObject;
  readonly ids: Readonly<Record<string, string>>;
}

/** Every recorded day of the advertisers' ads. */
export function deliveredRows(state: SimulatorState, advertiserIds: readonly string[]): DeliveredRow[] {
  return state.deliveries.flatMap((delivery) => {
    const ad = state.adObjects[delivery.adId];
    if (ad === undefined || !advertiserIds.includes(ad.advertiserId)) return [];
    const ids = {
      advertiser_id: ad.advertiserId,
      campaign_id: state.adObjects[ad.parentId]?.parentId ?? '',
      adgroup_id: ad.parentId,
      ad_id: ad.id,
      ad_id_v2: ad.id,
    };
    return [{ delivery, ad, ids }];
  });
}

const ratio = (part: number, whole: number, factor: number): string => (whole === 0 ? '0.00' : ((part / whole) * factor).toFixed(2));

/** A group's metrics as TikTok writes them: all strings, and `-` for what it does not have (facts 8.1). */
export function metricsOf(rows: readonly DeliveredRow[], names: readonly string[]): Record<string, string> {
  const sum = (field: 'spendMinor' | 'impressions' | 'clicks' | 'conversions'): number =>
    rows.reduce((total, { delivery }) => total + delivery[field], 0);
  const [spend, impressions, clicks, conversions] = [sum('spendMinor') / 100, sum('impressions'), sum('clicks'), sum('conversions')];
  const known: Readonly<Record<string, string>> = {
    spend: spend.toFixed(2),
    billed_cost: spend.toFixed(2),
    cash_spend: spend.toFixed(2),
    impressions: String(impressions),
    clicks: String(clicks),
    ctr: ratio(clicks, impressions, 100),
    cpc: ratio(spend, clicks, 1),
    cpm: ratio(spend, impressions, 1000),
    conversion: String(conversions),
    result: String(conversions),
    conversion_rate: ratio(conversions, clicks, 100),
    cost_per_conversion: ratio(spend, conversions, 1),
    cost_per_result: ratio(spend, conversions, 1),
    result_rate: ratio(conversions, impressions, 100),
  };
  return Object.fromEntries(names.map((name) => [name, known[name] ?? '-']));
}
