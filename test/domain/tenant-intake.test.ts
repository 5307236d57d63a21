import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advertiserName, catalogName, eventSetName, pixelName, sparkCodeRef } from '../../src/domain/naming.js';
import { bcFaults, intake, type IntakeContext } from '../../src/domain/tenant-intake.js';
import { tenantFile } from './tenant-file.js';

const bc = { currency: 'EUR', type: 'SELF_SERVICE', registeredArea: 'DE' };
const CODE = `#${'Ab3/'.repeat(14)}4=`;
const post = { id: 'sunrise', handle: 'coast', link: 'https://www.tiktok.com/@coast/video/7300000000000000501', auth_code: CODE };
const creative = { id: 'sale', file: 'sale.mp4', text: 'Sale', music: { source: 'original' }, declarations: ['products_as_shown'] };
const ga4 = (...keyEvents: object[]) => ({ ga4: { measurement_id: 'G-EXAMPLE1', key_events: keyEvents } });
const purchase = { name: 'purchase', source: 'events_api' };

function faults(change: Record<string, unknown>, context: Partial<IntakeContext> = { bc }) {
  const result = intake(tenantFile(change), { folder: '/tenants', ...context });
  return result.ok ? [] : result.faults;
}
const paths = (change: Record<string, unknown>, context?: Partial<IntakeContext>) => faults(change, context).map(({ path }) => path);

function accepted(change: Record<string, unknown> = {}) {
  const result = intake(tenantFile(change), { folder: '/tenants', bc });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result;
}

describe('a tenant file becomes a tenant', () => {
  it('with money in minor units, absolute paths, E.164 phones, plain handles and defaults', () => {
    const { tenant, warnings } = accepted();
    expect(warnings).toEqual([]);
    expect(tenant.billing).toEqual({ budgetCapPerMonthMinor: 150_050, initialFundingMinor: 25_000 });
    expect(tenant.creatives[0]?.file).toBe('/tenants/media/sale.mp4');
    expect(tenant.contacts[0]?.phone).toBe('+4930901820');
    expect(tenant).toMatchObject({ mode: 'managed', verification: 'inherited', tiktokAccount: { handle: 'example_shop' }, sparkPosts: [] });
  });

  it('with what it hands in itself once each and in one order, or without the field', () => {
    expect(accepted({ event_uploads: ['offline', 'crm', 'offline'] }).tenant.eventUploads).toEqual(['crm', 'offline']);
    expect('eventUploads' in accepted().tenant).toBe(false);
  });

  it('with Spark codes apart, so that none is in the tenant', () => {
    const { tenant, sparkCodes } = accepted({
      spark_posts: [post, { ...post, id: 'two', link: 'https://vm.tiktok.com/ZMabc/', auth_code: undefined }],
    });
    const ref = sparkCodeRef('example_shop', 'sunrise', CODE);
    expect(sparkCodes).toEqual([{ post: 'sunrise', ref, code: CODE }]);
    expect(tenant.sparkPosts.map(({ authCodeRef }) => authCodeRef)).toEqual([ref, undefined]);
    expect(JSON.stringify(tenant)).not.toContain(CODE);
  });

  it('with a reference that tells a new code from the old one, as an amendment must', () => {
    const [old, renewed] = [CODE, CODE.replace('Ab3', 'Cd4')].map((code) => accepted({ spark_posts: [{ ...post, auth_code: code }] }));
    expect(old?.tenant.sparkPosts[0]?.authCodeRef).toMatch(/^spark-code:example_shop:sunrise:[0-9a-f]{12}$/);
    expect(renewed?.tenant.sparkPosts[0]?.authCodeRef).not.toBe(old?.tenant.sparkPosts[0]?.authCodeRef);
  });

  it('in currencies with no, two and three decimals', () => {
    const funding = (currency: string, amount: unknown) => {
      const result = intake(tenantFile({ currency, billing: { initial_funding: amount } }), { folder: '/' });
      return result.ok ? result.tenant.billing.initialFundingMinor : result.faults.map(({ path }) => path);
    };
    expect(funding('JPY', 500)).toBe(500);
    expect(funding('JPY', '500.5')).toEqual(['billing.initial_funding']);
    expect(funding('EUR', 0.29)).toBe(29);
    expect(funding('EUR', '12.345')).toEqual(['billing.initial_funding']);
  });
});

describe('wrong input', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['unknown field', { contry: 'DE' }, ['contry']],
    ['missing field', { legal_name: undefined }, ['legal_name']],
    ['control character', { legal_name: 'Shop\u0007' }, ['legal_name']],
    ['text that turns direction', { legal_name: 'Shop \u202Egnp.exe' }, ['legal_name']],
    ['country that is none', { country: 'UK' }, ['country']],
    ['currency that TikTok lacks', { currency: 'KWD' }, ['currency', 'currency']],
    ["currency other than the Business Center's", { currency: 'USD' }, ['currency']],
    ['time zone that is none', { time_zone: 'Europe/Berln' }, ['time_zone']],
    ['prohibited vertical', { vertical: 'gambling' }, ['vertical']],
    ['vertical that needs papers', { vertical: 'financial_services' }, ['vertical']],
    ['near miss of a vertical', { vertical: 'turism' }, ['vertical']],
    ['plain http', { website: 'http://shop.example.org' }, ['website']],
    ['script address', { landing_pages: ['javascript:alert(1)'] }, ['landing_pages.0']],
    ['password in an address', { landing_pages: ['https://a:b@shop.example.org/'] }, ['landing_pages.0']],
    ['page twice', { landing_pages: ['https://shop.example.org/a', 'https://SHOP.example.org/a/'] }, ['landing_pages.1']],
    ['unknown objective', { objectives: ['WEB_CONVERSION'] }, ['objectives.0']],
    [
      'StartTrial under Sales',
      { ...ga4(purchase, { name: 'trial', source: 'site', tiktok_event: 'StartTrial' }), optimisation_event: 'StartTrial' },
      ['optimisation_event'],
    ],
    ['optimisation event that nothing sends', { optimisation_event: 'AddToWishlist' }, ['optimisation_event']],
    ['custom key event without a TikTok event', ga4(purchase, { name: 'foo', source: 'site' }), ['ga4.key_events.1.tiktok_event']],
    ['key event in other capitals', ga4(purchase, { name: 'Add_To_Cart', source: 'site' }), ['ga4.key_events.1.name']],
    ['key event twice', ga4(purchase, { name: 'PURCHASE', source: 'events_api', tiktok_event: 'Purchase' }), ['ga4.key_events.1.name']],
    ['two sources of one event', ga4(purchase, { name: 'bought', source: 'site', tiktok_event: 'Purchase' }), ['ga4.key_events.1.source']],
    ['rule missing', ga4(purchase, { name: 'view_item', source: 'pixel_rule' }), ['ga4.key_events.1.rule']],
    ['sales from a catalog without one', { objectives: ['PRODUCT_SALES'] }, ['catalog']],
    ['mode of a later release', { mode: 'byo' }, ['mode']],
    ['pixel owned by somebody else', { pixel: { ownership: 'client' } }, ['pixel.ownership']],
    ['both ways of a feed', { catalog: { feed: { url: 'https://shop.example.org/f.csv', file: 'f.csv' } } }, ['catalog.feed']],
    ['phone that cannot be', { contacts: [{ role: 'a', email: 'a@example.org', phone: '12' }] }, ['contacts.0.phone']],
    [
      'contact twice',
      {
        contacts: [
          { role: 'a', email: 'a@example.org' },
          { role: 'b', email: 'A@example.org' },
        ],
      },
      ['contacts.1.email'],
    ],
    ['negative money', { billing: { initial_funding: -1 } }, ['billing.initial_funding']],
    ['endless money', { billing: { initial_funding: Number.POSITIVE_INFINITY } }, ['billing.initial_funding']],
    ['money that is no number', { billing: { initial_funding: Number.NaN } }, ['billing.initial_funding']],
    ['money beyond exact integers', { billing: { initial_funding: '999999999999999' } }, ['billing.initial_funding']],
    ['creative id twice', { creatives: [creative, { ...creative, file: 'b.mp4' }] }, ['creatives.1.id']],
    ['licensed music without licence', { creatives: [{ ...creative, music: { source: 'licensed' } }] }, ['creatives.0.music.licence']],
    ['emoji in an ad text', { creatives: [{ ...creative, text: 'Sale 🎉' }] }, ['creatives.0.text']],
    ['creative that is an address', { creatives: [{ ...creative, file: 'https://a.example.org/a.mp4' }] }, ['creatives.0.file']],
    ['Spark post twice', { spark_posts: [post, { ...post, id: 'two', auth_code: undefined }] }, ['spark_posts.1.link']],
    ['Spark code twice', { spark_posts: [post, { ...post, id: 'two', link: 'https://vm.tiktok.com/x/' }] }, ['spark_posts.1.auth_code']],
    [
      'post of another site',
      { spark_posts: [{ ...post, link: 'https://www.tiktok.com.example.org/@coast/video/1' }] },
      ['spark_posts.0.link'],
    ],
    ['post of another handle', { spark_posts: [{ ...post, handle: 'cost' }] }, ['spark_posts.0.handle']],
    ['no identity', { tiktok_account: { use: 'spark_posts' } }, ['tiktok_account.use']],
  ])('%s is refused at its path', (_, change, expected) => {
    expect(paths(change)).toEqual(expected);
  });

  it('of many kinds comes back at once', () => {
    const wrong = { slug: 'Shop!', currency: 'EURO', website: 'shop', objectives: [], extra: 1, requested_by: '' };
    expect(new Set(paths(wrong))).toEqual(new Set(['slug', 'currency', 'website', 'objectives', 'extra', 'requested_by']));
  });

  it('of the schema hides no fault across fields', () => {
    // Each of these is wrong by the schema and, beside it, by a rule that compares fields.
    expect(paths({ extra: 1, currency: 'USD' })).toEqual(['extra', 'currency']);
    expect(paths({ ...ga4({ ...purchase, source: 'sites' }), optimisation_event: 'AddToCart' })).toEqual([
      'ga4.key_events.0.source',
      'optimisation_event',
    ]);
    expect(paths(ga4({ ...purchase, note: 1 }, { name: 'bought', source: 'site', tiktok_event: 'Purchase', note: 1 }))).toEqual([
      'ga4.key_events.0.note',
      'ga4.key_events.1.note',
      'ga4.key_events.1.source',
    ]);
    expect(paths({ creatives: [{ ...creative, music: { source: 'licensed', author: 1 } }] })).toEqual([
      'creatives.0.music.author',
      'creatives.0.music.licence',
    ]);
    expect(paths({ company: { tax_fields: { vat: 1, vta: 'DE1' } } })).toEqual(['company.tax_fields.vat', 'company.tax_fields.vta']);
    const mexico = { country: 'MX', contacts: [{ role: 'a', email: 'a@example.org' }], requested_by: '' };
    expect(paths(mexico)).toEqual(expect.arrayContaining(['requested_by', 'company.licence_no', 'company.tax_fields.tax_id']));
  });

  it('that is nearly right gets a suggestion, with what is allowed', () => {
    expect(faults({ contry: 'DE' })[0]).toMatchObject({ suggestion: 'country' });
    expect(faults({ legalName: 'x' })[0]).toMatchObject({ path: 'legalName', suggestion: 'legal_name' });
    expect(faults({ time_zone: 'europe/berlin' })[0]).toMatchObject({ suggestion: 'Europe/Berlin' });
    expect(faults({ event_uploads: ['ofline'] })[0]).toMatchObject({
      path: 'event_uploads.0',
      suggestion: 'offline',
      allowed: ['offline', 'crm'],
    });
    expect(faults({ event_upload: ['crm'] })[0]).toMatchObject({ suggestion: 'event_uploads' });
    expect(faults({ objectives: ['product-sales'] })[0]).toMatchObject({ suggestion: 'PRODUCT_SALES' });
    expect(faults({ slug: 'Café Olé' })[0]).toMatchObject({ path: 'slug', suggestion: 'cafe_ole' });
    expect(faults({ optimisation_event: 'StartTrail' })[0]).toMatchObject({ path: 'optimisation_event', suggestion: 'StartTrial' });
  });

  it('never repeats a Spark code', () => {
    const wrong = `#${'Ab3/'.repeat(14)} !`;
    expect(paths({ spark_posts: [{ ...post, auth_code: wrong }] })).toEqual(['spark_posts.0.auth_code']);
    expect(JSON.stringify(faults({ spark_posts: [{ ...post, auth_code: wrong }] }))).not.toContain('Ab3/');
  });

  it('cannot imitate our own lines', () => {
    const [fault] = faults({ vertical: 'x\u001B[2J\nall is well' });
    expect(fault?.problem).not.toMatch(/\p{Cc}/u);
  });
});

describe('slugs', () => {
  it.each(['p\u0430ypal', '../etc', 'a'.repeat(1_000), 'shop🎉', 'Shop', '1shop', 'a', '__proto__', 'shop\u200B', 'ｓhop', ''])(
    '%j is refused',
    (slug) => {
      const [fault, ...others] = faults({ slug });
      expect(fault?.path).toBe('slug');
      expect(fault?.problem.length).toBeLessThan(300);
      expect(others).toEqual([]);
    },
  );

  it('names the character that only looks right', () => {
    expect(faults({ slug: 'p\u0430ypal' })[0]?.problem).toContain('character 2 is U+0430');
  });

  it('give remote names that fit TikTok and tell tenants apart', () => {
    const slug = fc.stringMatching(/^[a-z][a-z0-9_]{1,30}$/);
    fc.assert(
      fc.property(slug, slug, (one, other) => {
        expect(paths({ slug: one })).toEqual([]);
        const eventSets = (['offline', 'crm'] as const).map((source) => (named: string) => eventSetName(named, source));
        for (const name of [advertiserName, pixelName, catalogName, ...eventSets]) {
          expect(name(one)).toMatch(/^[a-z0-9_]+$/);
          expect(name(one) === name(other)).toBe(one === other);
        }
        expect(pixelName(one).length).toBeLessThanOrEqual(40);
        expect(eventSetName(one, 'crm').length).toBeLessThanOrEqual(40);
        expect(advertiserName(one).length).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('that are anything else are refused, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        expect(paths({ slug: text })).toEqual(/^[a-z][a-z0-9_]{1,30}$/.test(text) ? [] : ['slug']);
      }),
    );
  });
});

describe('hostile input', () => {
  it('may be anything, and intake never throws', () => {
    fc.assert(fc.property(fc.anything(), (raw) => intake(raw, { folder: '/' }).ok === false));
  });

  it('with keys of the language is refused by path', () => {
    const raw: unknown = JSON.parse(`${JSON.stringify(tenantFile()).slice(0, -1)},"__proto__":{"mode":"byo"},"company":{"constructor":1}}`);
    const result = intake(raw, { folder: '/' });
    expect(result.ok ? [] : result.faults.map(({ path }) => path)).toEqual(['__proto__', 'company.constructor']);
  });

  it('that is very deep or very large is refused at once', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    expect(paths({ contacts: deep })).toEqual(['contacts']);
    expect(paths({ landing_pages: Array.from({ length: 100_000 }, () => 'x') })).toEqual(['landing_pages']);
  });
});

describe('what countries and Business Centers ask for (facts 3.2)', () => {
  const full = {
    licence_no: '1',
    licence_image: 'l.png',
    qualification_images: ['q.png'],
    billing_address: 'Street 1',
    invoice_payer: 'AGENCY',
    promotion_link: 'https://shop.example.org/',
  };

  it.each<[string, string[]]>([
    ['DE', []],
    ['CN', ['company.licence_no', 'company.licence_image']],
    ['HK', ['company.licence_no', 'company.licence_image']],
    ['BR', ['company.licence_no', 'company.qualification_images', 'company.billing_address', 'company.tax_fields.tax_id']],
    ['MX', ['company.licence_no', 'company.qualification_images', 'company.billing_address', 'company.tax_fields.tax_id']],
    ['FR', ['company.qualification_images', 'company.billing_address', 'company.invoice_payer']],
  ])('%s', (country, expected) => {
    const contacts = [{ role: 'a', email: 'a@example.org' }];
    expect(paths({ country, contacts })).toEqual(expected);
    const tax = country === 'BR' || country === 'MX' ? { tax_fields: { tax_id: '1' } } : {};
    expect(paths({ country, contacts, company: { ...full, ...tax } })).toEqual([]);
  });

  it('tax fields are those of the country', () => {
    expect(faults({ company: { tax_fields: { vta: 'DE1' } } })[0]).toMatchObject({
      path: 'company.tax_fields.vta',
      allowed: ['vat'],
      suggestion: 'vat',
    });
    expect(paths({ company: { tax_fields: { vat: 'DE1' } } })).toEqual([]);
  });

  it('an agency must show its site, a DIRECT Business Center takes no papers, and the area counts as well', () => {
    expect(paths({}, { bc: { ...bc, type: 'AGENCY' } })).toEqual(['company.promotion_link']);
    expect(paths({ country: 'CN', contacts: [{ role: 'a', email: 'a@example.org' }] }, { bc: { ...bc, type: 'DIRECT' } })).toEqual([]);
    expect(paths({}, { bc: { ...bc, registeredArea: 'FR' } })).toEqual(['company.qualification_images']);
    expect(paths({}, { bc: { ...bc, type: 'AGENCY', registeredArea: 'FR' } })).toEqual([
      'company.promotion_link',
      'company.qualification_images',
      'company.billing_address',
    ]);
  });

  it('can be asked later, of a tenant that was read without TikTok', () => {
    const { tenant } = accepted();
    expect(bcFaults(tenant, bc)).toEqual([]);
    expect(bcFaults(tenant, { currency: 'USD', type: 'AGENCY', registeredArea: 'US' })).toMatchObject([
      { path: 'currency', allowed: ['USD'] },
      { path: 'company.promotion_link', problem: expect.stringContaining('rule for a new account') },
    ]);
  });
});
