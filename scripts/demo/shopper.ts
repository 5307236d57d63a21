import { createHash } from 'node:crypto';
import { findChromium, launchChromium } from '../stack/chromium.js';
import type { ShopSite } from './shop-site.js';

export interface Bought {
  /** The order's number, which is the event's id. */
  readonly order: string;
  /** How it was done. */
  readonly by: string;
}

const CLICK = 'ttclid=E.C.P.demo-click';
const MAIL = 'person-a@example.org';
function chromiumIsThere(): boolean {
  try {
    findChromium();
    return true;
  } catch {
    return false;
  }
}

/** Comes from an ad, agrees to be measured, puts something into the cart and buys it, as people do. */
async function buyInChromium({ origin }: ShopSite): Promise<Bought> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`${origin}/?${CLICK}`);
    await page.getByRole('button', { name: 'Yes', exact: true }).click();
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.getByRole('link', { name: 'Checkout' }).click();
    await page.getByLabel('E-mail').fill(MAIL);
    // Both reports have arrived before the browser is closed.
    const reports = ['/v1/events/', '/api/v2/pixel'].map((path) =>
      page.waitForResponse((answer) => answer.url().includes(path) && /"purchase"/i.test(answer.request().postData() ?? '')),
    );
    await page.getByRole('button', { name: 'Buy now' }).click();
    const order = await page.locator('#order').innerText();
    await Promise.all(reports);
    return { order, by: `in Chromium ${browser.version()}` };
  } finally {
    await browser.close();
  }
}

async function accepted(what: string, answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`${what} was answered with ${answer.status}: ${await answer.text()}`);
}

/** Where no Chromium is: says to TikTok's stand-in and to the gateway what the page's code would have said of the purchase. */
async function buyByScript({ origin, page }: ShopSite): Promise<Bought> {
  const order = `PG-${Date.now().toString(36).toUpperCase()}`;
  const at = new Date().toISOString();
  const url = `${origin}/thanks.html?${CLICK}`;
  const email = createHash('sha256').update(MAIL).digest('hex');
  const item = { item_id: 'trail-pack-30', item_name: 'Trail Pack', price: 89.9, quantity: 1 };
  const contents = [{ content_id: item.item_id, content_name: item.item_name, price: item.price, quantity: item.quantity }];
  const fromPixel = {
    pixel_code: page.pixel,
    event: 'Purchase',
    event_id: order,
    timestamp: at,
    properties: { contents, content_type: 'product', value: item.price, currency: 'EUR', order_id: order },
    limited_data_use: false,
    context: { page: { url, referrer: '' }, user: { email }, ad: { callback: CLICK.replace('ttclid=', '') } },
  };
  const collector = new URL('/api/v2/pixel', page.script);
  await accepted("the pixel's report", await fetch(collector, { method: 'POST', body: JSON.stringify(fromPixel) }));
  const params = { transaction_id: order, value: item.price, currency: 'EUR', items: [item], page_location: url };
  const consent = { ad_storage: 'granted', ad_user_data: 'granted', ad_personalization: 'granted' };
  const event = { name: 'purchase', event_id: order, timestamp: at, source: 'web', params, user: { email }, consent };
  await accepted(
    "the page's post",
    await fetch(`${page.gateway}?key=${encodeURIComponent(page.key ?? '')}`, {
      method: 'POST',
      headers: { origin, 'content-type': 'text/plain' },
      body: JSON.stringify({ events: [event] }),
    }),
  );
  return { order, by: 'by a scripted client, because no Chromium was found here (CHROME_PATH names one)' };
}

/** Somebody buys in the shop: in Chromium where one is found, else by a script that says so. */
export function buySomething(shop: ShopSite, inChromium: boolean = chromiumIsThere()): Promise<Bought> {
  return inChromium ? buyInChromium(shop) : buyByScript(shop);
}
