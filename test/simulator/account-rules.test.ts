import { beforeEach, describe, expect, it } from 'vitest';
import { BC } from './accounts.js';
import { useSimulator } from './harness.js';
import { TikTokRequest, textAt } from './tiktok-request.js';

const simulator = useSimulator();
const tiktok = new TikTokRequest(() => simulator.apiUrl);
beforeEach(() => simulator.admin.reset());

const QUALIFICATION = { qualification_id: '7300000000000000100' };
const FULL = {
  qualification_info: {
    promotion_link: 'https://kobi.example',
    license_no: '1',
    license_image_id: '2',
    qualification_image_ids: ['3'],
  },
  contact_info: { name: 'marketing', email: 'marketing@example.org' },
  billing_info: { address: 'Street 1' },
  billing_group_info: { invoice_payer: 'AGENCY' },
};

function create(area: string, change: object = {}) {
  return tiktok.post('/bc/advertiser/create/', {
    bc_id: BC,
    advertiser_info: { name: 'kobi_rules_tiktok', currency: 'EUR', timezone: 'Europe/Berlin' },
    customer_info: { company: 'Kobi GmbH', industry: 290303, registered_area: area },
    ...change,
  });
}
const missing = async (area: string, change?: object): Promise<string[]> => {
  const { message } = await create(area, change);
  return /Missing required field\(s\): (.*)\.$/.exec(message)?.[1]?.split(', ') ?? [];
};

describe('an account’s papers by its country and the Business Center (facts 3.2)', () => {
  it.each<[string, string[]]>([
    ['DE', []],
    ['CN', ['qualification_info.license_no', 'qualification_info.license_image_id']],
    ['HK', ['qualification_info.license_no', 'qualification_info.license_image_id']],
    ['BR', ['qualification_info.license_no', 'qualification_info.qualification_image_ids', 'contact_info.email', 'billing_info']],
    ['MX', ['qualification_info.license_no', 'qualification_info.qualification_image_ids', 'contact_info.email', 'billing_info']],
    ['FR', ['qualification_info.qualification_image_ids', 'contact_info.email', 'billing_info', 'billing_group_info.invoice_payer']],
  ])('in %s', async (area, expected) => {
    expect(await missing(area)).toEqual(expected);
    expect(await create(area, FULL)).toMatchObject({ code: 0 });
  });

  it('under an agency, and where the agency is registered', async () => {
    await simulator.admin.person('set-bc', { type: 'AGENCY' });
    expect(await missing('DE')).toEqual(['qualification_info.promotion_link']);
    await simulator.admin.person('set-bc', { type: 'SELF_SERVICE_AGENCY', registeredArea: 'MX' });
    expect(await missing('DE')).toEqual([
      'qualification_info.promotion_link',
      'qualification_info.qualification_image_ids',
      'billing_info',
    ]);
    expect(await missing('DE', { qualification_info: QUALIFICATION, billing_info: { address: 'Street 1' } })).toEqual([]);
  });

  it('are replaced by a stored qualification, beside which nothing may stand', async () => {
    expect(await missing('CN', { qualification_info: QUALIFICATION })).toEqual([]);
    expect(await create('CN', { qualification_info: { ...QUALIFICATION, license_no: '1' } })).toMatchObject({ code: 40002 });
    expect(await create('DE', { qualification_info: { qualification_id: '7300000000000000199' } })).toMatchObject({ code: 40002 });
  });

  it('are refused by a DIRECT Business Center', async () => {
    await simulator.admin.person('set-bc', { type: 'DIRECT' });
    expect(await create('DE', { qualification_info: QUALIFICATION })).toMatchObject({ code: 40002 });
    expect(await create('DE')).toMatchObject({ code: 0 });
  });

  it.each([
    ['a currency that the Business Center does not have', { currency: 'USD' }],
    ['a currency that TikTok does not have', { currency: 'KWD' }],
    ['a time zone that is none', { timezone: 'Berlin' }],
  ])('%s is refused', async (_, change) => {
    const info = { name: 'kobi_rules_tiktok', currency: 'EUR', timezone: 'Europe/Berlin', ...change };
    expect(await create('DE', { advertiser_info: info })).toMatchObject({ code: 40002 });
  });
});

describe('a company that is not the qualification’s', () => {
  const review = async (area: string, company: string) => {
    const { data } = await create(area, {
      customer_info: { company, industry: 290303, registered_area: area },
      qualification_info: QUALIFICATION,
    });
    const id = textAt(data, 'advertiser_id');
    const body = { bc_id: BC, user_id: '7300000000000000010', asset_type: 'ADVERTISER', asset_id: id, advertiser_role: 'ADMIN' };
    await tiktok.post('/bc/asset/assign/', body);
    return async () => {
      const answer = await tiktok.get('/advertiser/info/', { advertiser_ids: [id], fields: ['status', 'rejection_reason'] });
      return [textAt(answer.data, 'list.0.status'), textAt(answer.data, 'list.0.rejection_reason')];
    };
  };
  const REFUSED = ['STATUS_CONFIRM_FAIL', 'The company name or registered area does not match the qualification.'];

  it.each([
    ['by name', 'DE', 'Example School'],
    ['by area', 'AT', 'Kobi GmbH'],
  ])('%s is answered with STATUS_CONFIRM_FAIL', async (_, area, company) => {
    expect(await (await review(area, company))()).toEqual(REFUSED);
  });

  it('is answered so at the end of a review that takes its time', async () => {
    await simulator.admin.person('set-timings', { reviewDelaySeconds: 3_600 });
    const read = await review('DE', 'Example School');
    expect((await read())[0]).toBe('STATUS_PENDING_CONFIRM');
    await simulator.admin.advance(3_600_000);
    expect(await read()).toEqual(REFUSED);
  });
});
