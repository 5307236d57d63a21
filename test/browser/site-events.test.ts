import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Collected, KEY, type Posted, useLocalShop } from './local-shop.js';

const SHOP = 'examples/sites/shop';
const PLAIN = 'examples/sites/plain';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const shop = useLocalShop();

/** The names as each side has them, TikTok's and the page's, in alphabetical order. */
const names = ({ pixel, gateway }: { pixel: Collected[]; gateway: Posted[] }) => ({
  pixel: pixel.map(({ event }) => event).toSorted(),
  gateway: gateway.map(({ name }) => name).toSorted(),
});
/** Requests of one moment may arrive in any order, so events are found by their names. */
const pixelEvent = ({ pixel }: { pixel: Collected[] }, name: string) => pixel.find(({ event }) => event === name);
const posted = ({ gateway }: { gateway: Posted[] }, name: string) => gateway.find((event) => event.name === name);
const idsByName = (events: readonly { readonly id: string; readonly name: string }[]) =>
  Object.fromEntries(events.map(({ name, id }) => [name, id]));

/** Opens the shop as a click on an ad does, and answers its question. */
async function arrive(answer: 'Yes' | 'No' | undefined, own: Record<string, unknown> = { consent: 'required' }) {
  const site = await shop.site(SHOP, own);
  const visit = await shop.visitor();
  await visit.page.goto(`${site.origin}/?ttclid=E.C.P.click-1&utm_source=tiktok`);
  if (answer !== undefined) await visit.page.getByRole('button', { name: answer, exact: true }).click();
  return { ...visit, site };
}

async function buy({ page }: Awaited<ReturnType<typeof arrive>>): Promise<string> {
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('link', { name: 'Checkout' }).click();
  await page.getByLabel('E-mail').fill(' Person-A@Example.org ');
  await page.getByRole('button', { name: 'Buy now' }).click();
  return page.locator('#order').innerText();
}

describe('the shop with the snippet, in a browser', { timeout: 90_000 }, () => {
  it('reports what happened to the pixel and to the gateway, under one name and one id', async () => {
    const visit = await arrive('Yes');
    const order = await buy(visit);
    const atPixel = ['Pageview', 'ViewContent', 'AddToCart', 'Pageview', 'InitiateCheckout', 'Pageview', 'Purchase'];
    const both = await shop.heard(atPixel.length, atPixel.length);
    expect(names(both).pixel).toEqual(atPixel.toSorted());
    expect(names(both).gateway).toEqual(
      ['add_to_cart', 'begin_checkout', 'page_view', 'page_view', 'page_view', 'purchase', 'view_item'].toSorted(),
    );
    const meaning: Record<string, string> = {
      page_view: 'Pageview',
      view_item: 'ViewContent',
      add_to_cart: 'AddToCart',
      begin_checkout: 'InitiateCheckout',
      purchase: 'Purchase',
    };
    const key = ({ name, id }: { name: string; id: string }): string => `${name} ${id}`;
    expect(both.gateway.map(({ name, event_id }) => key({ name: meaning[name] ?? name, id: event_id })).toSorted()).toEqual(
      both.pixel.map(({ event, event_id }) => key({ name: event, id: event_id })).toSorted(),
    );
    expect(idsByName(both.pixel.map(({ event, event_id }) => ({ name: event, id: event_id })))).toMatchObject({ Purchase: order });
    expect(new Set(both.pixel.map(({ event_id }) => event_id)).size).toBe(atPixel.length);
    expect(visit.alarms).toEqual([]);
  });

  it('says the same of a purchase on both sides: items, value, person hashed, click', async () => {
    const visit = await arrive('Yes');
    const order = await buy(visit);
    const both = await shop.heard(7, 7);
    const email = sha256('person-a@example.org');
    expect(both.pixel.find(({ event }) => event === 'Purchase')).toMatchObject({
      properties: {
        order_id: order,
        value: 89.9,
        currency: 'EUR',
        content_type: 'product',
        contents: [{ content_id: 'trail-pack-30', content_name: 'Trail Pack', brand: 'Peak', price: 89.9, quantity: 1 }],
      },
      context: { user: { email } },
    });
    const posted = both.gateway.find(({ name }) => name === 'purchase');
    expect(posted).toMatchObject({
      event_id: order,
      params: { transaction_id: order, value: 89.9, currency: 'EUR', page_location: `${visit.site.origin}/thanks.html` },
      user: { email, ttclid: 'E.C.P.click-1', ttp: expect.stringMatching(/^2[0-9a-f]{26}$/) },
      consent: { ad_storage: 'granted', ad_user_data: 'granted', ad_personalization: 'granted' },
    });
    expect(shop.recorder.paths.every((path) => path === '/v1/events/peak_gear')).toBe(true);
    expect(new Set(shop.recorder.keys)).toEqual(new Set([KEY]));
    // A page that is being left cannot wait for a preflight.
    expect(shop.recorder.preflights).toBe(0);
    expect(JSON.stringify(both).toLowerCase()).not.toContain('person-a@');
  });

  it('keeps the click of the landing page for later pages, which no longer name it', async () => {
    const visit = await arrive('Yes');
    await visit.page.goto(`${visit.site.origin}/checkout.html`);
    const { gateway } = await shop.heard(0, 4);
    expect(gateway.map(({ user }) => user.ttclid)).toEqual(Array.from({ length: 4 }, () => 'E.C.P.click-1'));
  });

  it('does not report a purchase again when the page is reloaded', async () => {
    const visit = await arrive('Yes');
    await buy(visit);
    await shop.heard(7, 7);
    await visit.page.reload();
    // The page itself is reported after the reload, and would come behind the purchase.
    const both = await shop.heard(8, 8);
    expect(names(both).pixel.filter((name) => name === 'Purchase')).toHaveLength(1);
    expect(names(both).gateway.filter((name) => name === 'purchase')).toHaveLength(1);
  });

  it('brings a purchase to the gateway after a reload where it never arrived, with the same id and not again to the pixel', async () => {
    const visit = await arrive('Yes');
    await visit.page.getByRole('button', { name: 'Add to cart' }).click();
    await visit.page.getByRole('link', { name: 'Checkout' }).click();
    await shop.heard(5, 5);
    // The post of the purchase is never answered well, as long as this page is open.
    await visit.context.route(
      (url) => url.origin === shop.recorder.origin,
      (route) => route.abort(),
    );
    await visit.page.getByLabel('E-mail').fill('person-a@example.org');
    await visit.page.getByRole('button', { name: 'Buy now' }).click();
    const order = await visit.page.locator('#order').innerText();
    await shop.heard(7, 5);
    await visit.context.unrouteAll();
    await visit.page.reload();
    const both = await shop.heard(8, 7);
    expect(posted(both, 'purchase')?.event_id).toBe(order);
    expect(names(both).pixel.filter((name) => name === 'Purchase')).toHaveLength(1);
  });

  it('tries again with the same id when the gateway is down', async () => {
    const visit = await arrive('Yes');
    await shop.heard(2, 2);
    shop.recorder.refusals.push(503);
    await visit.page.getByRole('button', { name: 'Add to cart' }).click();
    const both = await shop.heard(3, 3);
    expect(posted(both, 'add_to_cart')?.event_id).toBe(pixelEvent(both, 'AddToCart')?.event_id ?? 'none');
    expect(both.gateway.filter(({ name }) => name === 'add_to_cart')).toHaveLength(1);
  });
});

describe('consent', { timeout: 90_000 }, () => {
  it('that is denied sends nothing and loads nothing', async () => {
    const visit = await arrive('No');
    const requested: string[] = [];
    visit.page.on('request', (request) => requested.push(request.url()));
    await buy(visit);
    await visit.page.goto(`${visit.site.origin}/plainly-not-there`);
    expect(requested.filter((url) => !url.startsWith(visit.site.origin))).toEqual([]);
    expect(await shop.fromPixel()).toEqual([]);
    expect(shop.recorder.events).toEqual([]);
    const cookies = await visit.context.cookies();
    expect(cookies.map(({ name }) => name)).toEqual([]);
  });

  it('that comes later lets go what happened on the page before', async () => {
    const visit = await arrive(undefined);
    await visit.page.getByRole('button', { name: 'Add to cart' }).click();
    expect(await visit.page.evaluate('Boolean(window.ttq)')).toBe(false);
    expect(shop.recorder.events).toEqual([]);
    await visit.page.getByRole('button', { name: 'Yes', exact: true }).click();
    const both = await shop.heard(3, 3);
    expect(names(both).pixel).toEqual(['AddToCart', 'Pageview', 'ViewContent']);
    expect(both.gateway.map(({ event_id }) => event_id).toSorted()).toEqual(both.pixel.map(({ event_id }) => event_id).toSorted());
  });

  it('that is withdrawn stops everything from there on', async () => {
    const visit = await arrive('Yes');
    await shop.heard(2, 2);
    await visit.page.evaluate("shop.say('denied')");
    await visit.page.getByRole('button', { name: 'Add to cart' }).click();
    await visit.page.evaluate("shop.say('granted')");
    await visit.page.evaluate("dataLayer.push({ event: 'add_to_wishlist', event_id: 'wish-1' })");
    const both = await shop.heard(3, 3);
    expect(names(both).pixel).toEqual(['AddToWishlist', 'Pageview', 'ViewContent']);
    expect(names(both).gateway).toEqual(['add_to_wishlist', 'page_view', 'view_item']);
  });

  it('for everything but personalised ads asks for limited data use', async () => {
    const visit = await arrive(undefined);
    await visit.page.evaluate(
      "gtag('consent', 'update', { ad_storage: 'granted', ad_user_data: 'granted', ad_personalization: 'denied' })",
    );
    const both = await shop.heard(2, 2);
    expect(both.pixel.map(({ limited_data_use }) => limited_data_use)).toEqual([true, true]);
    expect(both.gateway.map(({ limited_data_use }) => limited_data_use)).toEqual([true, true]);
  });

  it('that is required and never asked for sends nothing; where it may be assumed, everything goes', async () => {
    const asking = await shop.site(PLAIN, { consent: 'required' });
    const { page } = await shop.visitor();
    await page.goto(asking.origin);
    await page.evaluate("dataLayer.push({ event: 'sign_up' })");
    expect(await page.evaluate('Boolean(window.ttq)')).toBe(false);
    const assuming = await shop.site(PLAIN, { consent: 'assumed' });
    await page.goto(assuming.origin);
    const both = await shop.heard(1, 1);
    expect(names(both)).toEqual({ pixel: ['Pageview'], gateway: ['page_view'] });
    expect(posted(both, 'page_view')).not.toHaveProperty('consent');
  });

  it('that is denied for some regions counts as denied, because a page does not know where it is read', async () => {
    const site = await shop.site(PLAIN, { consent: 'assumed' });
    const { page, context } = await shop.visitor();
    await context.addInitScript(
      "window.dataLayer = []; (function () { dataLayer.push(arguments); })('consent', 'default', { ad_storage: 'denied', region: ['DE'] })",
    );
    await page.goto(site.origin);
    await page.evaluate("gtag('consent', 'default', { ad_storage: 'granted', region: ['US'] })");
    expect(await page.evaluate('Boolean(window.ttq)')).toBe(false);
    await page.evaluate("gtag('consent', 'update', { ad_storage: 'granted' })");
    expect(names(await shop.heard(1, 1)).pixel).toEqual(['Pageview']);
  });
});

describe('the plain site with the snippet, in a browser', { timeout: 90_000 }, () => {
  async function open(own: Record<string, unknown> = {}) {
    const site = await shop.site(PLAIN, own);
    const visit = await shop.visitor();
    await visit.page.goto(site.origin);
    return { ...visit, site };
  }

  it("understands gtag's commands, and hashes the phone number that they bring", async () => {
    const { page, alarms } = await open();
    await page.getByLabel('Phone').fill('+49 (151) 123-456 78');
    await page.getByRole('button', { name: 'Call me back' }).click();
    const both = await shop.heard(2, 2);
    const phone = sha256('+4915112345678');
    expect(pixelEvent(both, 'Lead')).toMatchObject({
      event: 'Lead',
      properties: { value: 40, currency: 'EUR' },
      context: { user: { phone_number: phone } },
    });
    expect(posted(both, 'generate_lead')).toMatchObject({ user: { phone } });
    expect(JSON.stringify(both)).not.toMatch(/151.{0,3}123/);
    expect(alarms).toEqual([]);
  });

  it.each([
    ['a phone number without its country', { phone: '0151 12345678' }, {}],
    ['a phone number with the zero of its country in brackets', { phone: '+49 (0) 151 123 456 78' }, { phone: sha256('+4915112345678') }],
    ['what is no mail address', { email: 'nobody' }, {}],
    ['the word undefined', { email: 'undefined', external_id: ' ' }, {}],
    ['a hash that came in capitals, in lower case', { email: sha256('x').toUpperCase() }, { email: sha256('x') }],
    ['an id of the tenant, with its capitals', { external_id: ' Customer-1 ' }, { external_id: sha256('Customer-1') }],
  ])('sends of %s only the hash that TikTok expects, or nothing', async (_name, user, sent) => {
    const { page } = await open();
    await page.evaluate(`dataLayer.push({ event: 'sign_up', event_id: 's-1', user: ${JSON.stringify(user)} })`);
    const both = await shop.heard(2, 2);
    const { ttp: _ttp, ...said } = posted(both, 'sign_up')?.user ?? {};
    expect(said).toEqual(sent);
  });

  it('reports a page once, also when the dataLayer reports it too, and again when its address changes without a load', async () => {
    const { page } = await open();
    await shop.heard(1, 1);
    await page.evaluate("dataLayer.push({ event: 'page_view' })");
    await page.evaluate("history.pushState({}, '', '/second'); dataLayer.push({ event: 'page_view', event_id: 'view-2' })");
    const both = await shop.heard(2, 2);
    expect(both.pixel.map(({ event_id }) => event_id).toSorted()).toEqual(both.gateway.map(({ event_id }) => event_id).toSorted());
    expect(both.gateway.find(({ event_id }) => event_id === 'view-2')?.params.page_location).toContain('/second');
    expect(both.gateway).toHaveLength(2);
  });

  it('takes the id of the push before the order number, and lets others in the dataLayer know the id it made', async () => {
    const { page } = await open();
    await page.evaluate("dataLayer.push({ event: 'purchase', event_id: 'own-1', transaction_id: 'T-1', value: 5, currency: 'EUR' })");
    await page.evaluate("dataLayer.push({ event: 'sign_up' })");
    const both = await shop.heard(3, 3);
    expect(both.gateway.map(({ event_id }) => event_id)).toContain('own-1');
    const made = await page.evaluate("dataLayer.find((entry) => entry.event === 'sign_up').event_id");
    expect(both.pixel.find(({ event }) => event === 'CompleteRegistration')?.event_id).toBe(made);
  });

  it('keeps the id of a purchase that names none when the page is loaded again', async () => {
    const { page, site } = await open();
    const purchase = "dataLayer.push({ event: 'purchase', value: 5, currency: 'EUR' })";
    await page.evaluate(purchase);
    await shop.heard(2, 2);
    await page.goto(site.origin);
    await page.evaluate(purchase);
    await page.evaluate("dataLayer.push({ event: 'purchase', value: 6, currency: 'EUR' })");
    const both = await shop.heard(4, 4);
    expect(
      both.gateway
        .filter(({ name }) => name === 'purchase')
        .map(({ params }) => params.value)
        .toSorted(),
    ).toEqual([5, 6]);
  });

  it('makes an id where the one that is given holds a mail address, and lets none out that was typed where none belongs', async () => {
    const { page } = await open();
    await page.evaluate("dataLayer.push({ event: 'purchase', transaction_id: 'person-a@example.org-17', value: 5, currency: 'JPY' })");
    await page.evaluate("dataLayer.push({ event: 'search', search_term: 'orders of person-a@example.org' })");
    const both = await shop.heard(3, 3);
    const id = posted(both, 'purchase')?.event_id ?? '';
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(pixelEvent(both, 'Purchase')?.event_id).toBe(id);
    expect(JSON.stringify(both)).not.toContain('person-a');
  });

  it('leaves parameters out of its address that hold a mail address', async () => {
    const { page } = await open();
    await page.evaluate("history.replaceState({}, '', '/?a=1&mail=person-a%40example.org&b=2#x'); dataLayer.push({ event: 'sign_up' })");
    const both = await shop.heard(2, 2);
    expect(posted(both, 'sign_up')?.params.page_location).toMatch(/\/\?a=1&&b=2#x$/);
  });

  it('names events that nobody mapped once, without what they say, and keeps silent about ignored ones and those of the tag manager', async () => {
    const { page } = await open({ ignore: ['heartbeat'] });
    await page.evaluate(
      "dataLayer.push({ event: 'scroll_depth', user: { email: 'person-a@example.org' }, percent: 90 }, { event: 'scroll_depth' })",
    );
    await page.evaluate("dataLayer.push({ event: 'heartbeat' }, { event: 'gtm.click' }, { event: 'sign_up' })");
    const both = await shop.heard(2, 3);
    expect(names(both)).toEqual({ pixel: ['CompleteRegistration', 'Pageview'], gateway: ['page_view', 'scroll_depth', 'sign_up'] });
    expect(posted(both, 'scroll_depth')).toEqual(expect.objectContaining({ params: {}, user: {} }));
  });

  it("asks for limited data use on every event where the settings say so, and uses the settings' currency and content type", async () => {
    const { page } = await open({ limited_data_use: true, currency: 'CHF', content_type: 'product_group' });
    await page.evaluate("dataLayer.push({ event: 'add_to_cart', items: [{ item_id: 7, price: '2.50', quantity: 2 }] })");
    const both = await shop.heard(2, 2);
    expect(both.pixel.map(({ limited_data_use }) => limited_data_use)).toEqual([true, true]);
    expect(pixelEvent(both, 'AddToCart')?.properties).toMatchObject({
      value: 5,
      currency: 'CHF',
      content_type: 'product_group',
      contents: [{ content_id: '7', price: 2.5, quantity: 2 }],
    });
  });

  it('works once where it stands in the page twice', async () => {
    const prepared = shop.prepared();
    const once = await shop.site(PLAIN);
    const html = await (await fetch(once.origin)).text();
    const snippet = /<!-- Kobi[^]*?<\/script>/.exec(html)?.[0].replace(/nonce="[^"]*"/, 'nonce="SITE_NONCE"') ?? '';
    expect(snippet).toContain(prepared.settings.destinations.web?.pixel_code ?? 'nothing');
    const twice = await shop.siteWith(PLAIN, () => `${snippet}${snippet}`);
    const { page } = await shop.visitor();
    await page.goto(twice.origin);
    await page.evaluate("dataLayer.push({ event: 'sign_up' })");
    const both = await shop.heard(2, 2);
    expect(names(both)).toEqual({ pixel: ['CompleteRegistration', 'Pageview'], gateway: ['page_view', 'sign_up'] });
  });
});
