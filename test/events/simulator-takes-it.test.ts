import { describe, expect, it } from 'vitest';
import { prepareMap } from '../../src/domain/events/prepared-map.js';
import { judgeEvent } from '../../src/domain/events/judge.js';
import { settings, WHOLE } from '../domain/events/shop.js';
import { reachableAccount } from '../simulator/accounts.js';
import { useSimulator } from '../simulator/harness.js';
import { textAt, TikTokRequest } from '../simulator/tiktok-request.js';

const simulator = useSimulator();
const tiktok = new TikTokRequest(() => simulator.apiUrl);

const PERSON = {
  email: ['person-a@example.org', 'person-b@example.org'],
  phone: '0151 12345678',
  external_id: 'customer-1',
  ttclid: 'E.C.P',
  ttp: '01H',
  ip: '8.8.8.8',
  user_agent: 'Mozilla/5.0',
  locale: 'de-DE',
};
const PARAMS = {
  value: 20,
  currency: 'EUR',
  transaction_id: 'T-1',
  search_term: 'boots',
  description: 'two pairs',
  num_items: 2,
  items: [{ item_id: 'SKU1', item_name: 'Boots', item_brand: 'Peak', item_category: 'Shoes', price: 10, quantity: 2 }],
  page_location: 'https://shop.example.org/thanks?ttclid=E.C.P',
  page_referrer: 'https://shop.example.org/cart',
  lead_id: '73001',
};

describe('what would be sent', () => {
  it('is taken by event/track for each source, without a field that TikTok does not know', async () => {
    const advertiser_id = await reachableAccount(tiktok, 'shop');
    const pixel = await tiktok.post('/pixel/create/', { advertiser_id, pixel_name: 'shop', pixel_category: 'ONLINE_STORE' });
    const web = { pixel_code: textAt(pixel.data, 'pixel_code') };
    const shop = prepareMap(settings({ destinations: { ...settings().destinations, web } }));
    for (const source of ['web', 'offline', 'crm'] as const) {
      const now = new Date();
      const event = { ...WHOLE[source], timestamp: now.toISOString(), user: PERSON, params: PARAMS, limited_data_use: true };
      const verdict = judgeEvent(shop, event, now);
      if (verdict.verdict !== 'send') throw new Error(JSON.stringify(verdict));
      expect(await tiktok.post('/event/track/', verdict.payload), source).toMatchObject({ status: 200, code: 0, data: {} });
    }
    expect((await simulator.admin.violations()).filter(({ path }) => path.includes('event/track'))).toEqual([]);
  });
});
