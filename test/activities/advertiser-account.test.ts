import { describe, expect, it } from 'vitest';
import type { PersonAction } from '../../simulator/people.js';
import { SEED } from '../../simulator/seed.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { advertiserName } from '../../src/domain/naming.js';
import { school } from '../workflow/tenant.js';
import { failureOf, useEngine } from './engine.js';

describe('the advertiser account', () => {
  const engine = useEngine();
  const name = advertiserName('school');
  const inspect = (currency = 'EUR') => {
    const { attempt, activities } = engine();
    return attempt(activities.inspectBusinessCenter, { slug: 'school', bcId: SEED.bcId, currency, advertiserName: name, mode: 'managed' });
  };
  async function create(change: Partial<Tenant> = {}) {
    const { attempt, activities, simulator } = engine();
    const { advertiserId } = await attempt(activities.createAdvertiser, {
      slug: 'school',
      tenant: school('school', change),
      bc: await inspect(),
      name,
    });
    return simulator.store.state.advertisers[advertiserId];
  }
  const sent = () => engine().committed('/bc/advertiser/create/')[0]?.parameters;

  it.each<[string, PersonAction | null, string, string]>([
    ['our role', { action: 'set-member', userId: SEED.tokenUserId, role: 'STANDARD' }, 'business_center_role', 'STANDARD'],
    ['a Business Center under review', { action: 'set-bc', status: 'REVIEWING' }, 'business_center_not_enabled', 'REVIEWING'],
    ['its currency', { action: 'set-bc', currency: 'USD' }, 'currency_mismatch', 'the tenant pays in EUR'],
    [
      'its verification',
      { action: 'decide-verification', status: 'EXPIRED', reason: 'old papers' },
      'business_center_not_verified',
      'old papers',
    ],
    ['its qualifications', { action: 'set-qualification', status: 'UNVERIFIED' }, 'qualification_missing', 'no VERIFIED qualification'],
  ])('is not made when %s forbids it: that is read before', async (_, change, code, words) => {
    const { person, committed } = engine();
    if (change) person(change);
    const failure = await failureOf(inspect());
    expect(failure).toMatchObject({ code, retryable: false });
    expect(failure.message).toContain(words);
    expect(committed('/bc/advertiser/create/')).toEqual([]);
  });

  it('carries Kobi’s company and area and the verified qualification, never the tenant’s name', async () => {
    const account = await create({ legalName: 'Alpine School', country: 'AT' });
    expect(account).toMatchObject({
      name: 'kobi_school_tiktok',
      company: 'Kobi GmbH',
      country: 'DE',
      currency: 'EUR',
      timezone: 'Europe/Berlin',
      industry: '290303',
      qualificationId: SEED.qualificationId,
      status: 'STATUS_ENABLE',
    });
    expect(sent()).toMatchObject({
      qualification_info: { qualification_id: SEED.qualificationId },
      contact_info: { name: 'marketing', email: 'marketing@example.org' },
    });
    expect(JSON.stringify(sent())).not.toContain('Alpine School');
  });

  it('takes no qualification under a DIRECT Business Center', async () => {
    engine().person({ action: 'set-bc', type: 'DIRECT' });
    await create();
    expect(sent()).not.toHaveProperty('qualification_info');
  });

  it('has billing address, tax fields and invoice payer where TikTok asks for them', async () => {
    const { person } = engine();
    person({ action: 'set-bc', registeredArea: 'FR' });
    person({ action: 'set-qualification', regionCode: 'FR' });
    const account = await create({
      company: { billingAddress: '1 rue Exemple, Paris', taxFields: { vat: 'FR00000000000' }, invoicePayer: 'AGENCY' },
    });
    expect(account).toMatchObject({ country: 'FR', status: 'STATUS_ENABLE' });
    expect(sent()).toMatchObject({
      billing_info: { address: '1 rue Exemple, Paris', tax_field_dict: { vat: 'FR00000000000' } },
      billing_group_info: { invoice_payer: 'AGENCY' },
    });
  });

  it('that is there by its exact name is found; a name that only begins alike is not ours, and two are never guessed between', async () => {
    const { simulator } = engine();
    const account = await create();
    if (!account) throw new Error('no account');
    const like = { ...account, advertiserId: '7300000000000007001', name: `${name}_old` };
    simulator.store.state.advertisers[like.advertiserId] = like;
    expect(await inspect()).toMatchObject({ advertiserId: account.advertiserId });
    simulator.store.state.advertisers[like.advertiserId] = { ...like, name };
    expect(await failureOf(inspect())).toMatchObject({
      code: 'advertiser_ambiguous',
      details: expect.arrayContaining([account.advertiserId, like.advertiserId]),
    });
  });

  it('is assigned to every operator, and must be among those that our token reaches', async () => {
    const { attempt, activities, simulator } = engine();
    const account = await create();
    const of = { slug: 'school', bcId: SEED.bcId, advertiserId: account?.advertiserId ?? '' };
    const others = [SEED.operatorOneUserId, SEED.operatorTwoUserId];
    expect(await failureOf(attempt(activities.assignAdvertiser, { ...of, userIds: others }))).toMatchObject({
      code: 'advertiser_unreachable',
    });
    expect(await attempt(activities.assignAdvertiser, { ...of, userIds: [...others, SEED.tokenUserId] })).toEqual({ reachable: true });
    const assigned = simulator.store.state.assignments.filter((row) => row.assetId === of.advertiserId);
    expect(assigned.map((row) => row.userId).sort()).toEqual([SEED.tokenUserId, ...others]);
    expect(new Set(assigned.map((row) => row.role))).toEqual(new Set(['ADMIN']));
  });
});
