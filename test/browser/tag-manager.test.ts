import { describe, expect, it } from 'vitest';
import { NONCE } from '../../scripts/stack/site.js';
import { pageSettings } from '../../src/events/site/page-settings.js';
import { tagManagerContainer } from '../../src/events/site/tag-manager.js';
import { KEY, useLocalShop } from './local-shop.js';

const shop = useLocalShop();

/**
 * A tag manager as far as the container needs one: triggers on custom events, tags that run once or for each event, set-up tags, consent
 * checks of tags, and variables in their code.
 */
const TAG_MANAGER = `(function (version) {
  var layer = (window.dataLayer = window.dataLayer || []);
  var granted = false, number = 0, ran = {};
  function valueOf(name, entry) {
    if (name === 'Event' || name === '_event') return entry.event;
    var variable = version.variable.find((each) => each.name === name);
    return entry[variable.parameter.find((each) => each.key === 'name').value];
  }
  function filled(text, entry, write) { return text.replace(/\\{\\{(.*?)\\}\\}/g, (_, name) => write(valueOf(name, entry))); }
  function run(tag, entry) {
    if (tag.consentSettings.consentStatus === 'NEEDED' && !granted) return false;
    if (tag.tagFiringOption === 'ONCE_PER_LOAD') { if (ran[tag.tagId]) return true; ran[tag.tagId] = true; }
    for (var setup of tag.setupTag || []) if (!run(version.tag.find((each) => each.name === setup.tagName), entry)) return false;
    var html = tag.parameter.find((each) => each.key === 'html').value;
    var script = document.createElement('script');
    script.nonce = '${NONCE}';
    script.textContent = filled(html.replace(/^<script>|<\\/script>$/g, ''), entry, JSON.stringify);
    document.head.appendChild(script);
    return true;
  }
  function fires(trigger, entry) {
    var filter = trigger.customEventFilter[0];
    var said = filled(filter.parameter[0].value, entry, String), wanted = filter.parameter[1].value;
    return filter.type === 'EQUALS' ? said === wanted : new RegExp(wanted).test(said);
  }
  function handle(entry) {
    if (entry[0] === 'consent' && entry[1] === 'update') granted = entry[2].ad_storage === 'granted' && entry[2].ad_user_data === 'granted';
    if (typeof entry.event !== 'string') return;
    entry['gtm.uniqueEventId'] = ++number;
    var fired = version.trigger.filter((trigger) => fires(trigger, entry)).map((trigger) => trigger.triggerId);
    if (entry.event === 'gtm.init') fired.push('2147479573');
    version.tag.filter((tag) => tag.firingTriggerId.some((id) => fired.includes(id))).forEach((tag) => run(tag, entry));
  }
  var before = layer.push;
  layer.push = function () { var length = before.apply(layer, arguments); Array.from(arguments).forEach(handle); return length; };
  layer.push({ event: 'gtm.init' });
})`;

async function open(own: Record<string, unknown>, consentBy: 'page' | 'tag_manager') {
  const settings = pageSettings(shop.prepared(own), {
    slug: 'peak_gear',
    gateway: { address: shop.recorder.origin, key: KEY },
    pixelScript: `${shop.simulatorUrl}/i18n/pixel/events.js`,
    consentBy,
    listen: false,
  });
  if (!settings) throw new Error('the shop has no pixel');
  const { containerVersion } = tagManagerContainer(settings, 'peak_gear', new Date());
  const json = JSON.stringify(containerVersion).replaceAll('<', '\\u003c');
  const site = await shop.siteWith('examples/sites/plain', () => `<script nonce="${NONCE}">${TAG_MANAGER}(${json})</script>`);
  const visit = await shop.visitor();
  await visit.page.goto(site.origin);
  return visit;
}

const namesOf = ({ pixel, gateway }: Awaited<ReturnType<typeof shop.heard>>) => [
  pixel.map(({ event }) => event).toSorted(),
  gateway.map(({ name }) => name).toSorted(),
];

describe('the container in a tag manager, in a browser', { timeout: 90_000 }, () => {
  it('reports the very push for which a tag fired, once, with one id on both sides', async () => {
    const { page, alarms } = await open({}, 'page');
    await page.evaluate(`dataLayer.push({ ecommerce: null });
      dataLayer.push({ event: 'add_to_cart', ecommerce: { value: 1, currency: 'EUR', items: [{ item_id: 'first', price: 1 }] } },
                     { event: 'add_to_cart', ecommerce: { value: 2, currency: 'EUR', items: [{ item_id: 'second', price: 2 }] } });
      dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'T-1', value: 3, currency: 'EUR' } });
      dataLayer.push({ event: 'nobody_mapped_it' })`);
    const both = await shop.heard(4, 4);
    expect(namesOf(both)).toEqual([
      ['AddToCart', 'AddToCart', 'Pageview', 'Purchase'],
      ['add_to_cart', 'add_to_cart', 'page_view', 'purchase'],
    ]);
    // The value tells which push an event was made of.
    const atPixel = both.pixel.map(({ event_id, properties }) => [properties.value ?? 0, event_id]);
    const atGateway = both.gateway.map(({ event_id, params }) => [params.value ?? 0, event_id]);
    expect(atGateway.toSorted()).toEqual(atPixel.toSorted());
    expect(atPixel.map(([value]) => value).toSorted()).toEqual([0, 1, 2, 3]);
    expect(atPixel).toContainEqual([3, 'T-1']);
    expect(alarms).toEqual([]);
  });

  it('sends nothing before the page grants consent, and then what happened before', async () => {
    const { page } = await open({ consent: 'required' }, 'page');
    await page.evaluate("dataLayer.push({ event: 'sign_up', event_id: 's-1' })");
    expect(await page.evaluate('Boolean(window.ttq)')).toBe(false);
    await page.evaluate("gtag('consent', 'update', { ad_storage: 'granted', ad_user_data: 'granted' })");
    expect(namesOf(await shop.heard(2, 2))).toEqual([
      ['CompleteRegistration', 'Pageview'],
      ['page_view', 'sign_up'],
    ]);
  });

  it('leaves consent to the tag manager where it is told to, and says to the gateway that it was granted', async () => {
    const { page } = await open({ consent: 'required' }, 'tag_manager');
    await page.evaluate("dataLayer.push({ event: 'sign_up', event_id: 's-1' })");
    expect(await page.evaluate('Boolean(window.kobiEvents)')).toBe(false);
    await page.evaluate("gtag('consent', 'update', { ad_storage: 'granted', ad_user_data: 'granted' })");
    await page.evaluate("dataLayer.push({ event: 'sign_up', event_id: 's-2' })");
    const both = await shop.heard(2, 2);
    expect(both.gateway.map(({ event_id, consent }) => [event_id.slice(0, 3), consent])).toEqual(
      expect.arrayContaining([['s-2', { ad_storage: 'granted', ad_user_data: 'granted' }]]),
    );
    expect(both.gateway.map(({ event_id }) => event_id)).not.toContain('s-1');
  });
});
