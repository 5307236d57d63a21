import { beforeEach, describe, expect, it } from 'vitest';
import { reachableAccount } from './accounts.js';
import { useSimulator } from './harness.js';
import { at, TikTokRequest } from './tiktok-request.js';

const simulator = useSimulator();
const { admin } = simulator;
const tiktok = new TikTokRequest(() => simulator.apiUrl);
const page = async (): Promise<string> => (await fetch(`${simulator.url}/`)).text();

interface Form {
  readonly button: string;
  readonly fields: Record<string, string>;
}

/** The forms of a page with the values that a browser would send. */
function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form method="post" action="\/act"[^>]*>(.*?)<\/form>/gs)].map(([, inner = '']) => ({
    button: inner.match(/<button>(.*?)<\/button>/)?.[1] ?? '',
    fields: Object.fromEntries(
      [...inner.matchAll(/<input[^>]*?name="([^"]*)"(?: value="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, value]),
    ),
  }));
}

/** Fills in and sends the form with this button, as a browser without scripts does. */
async function press(button: string, filled: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Response> {
  const form = formsOf(await page()).find((item) => item.button === button);
  if (form === undefined) throw new Error(`no form with the button "${button}"`);
  return fetch(`${simulator.url}/act`, { method: 'POST', body: new URLSearchParams({ ...form.fields, ...filled }), headers });
}

beforeEach(() => admin.reset());

describe('the page for the people on the other side', () => {
  it('needs no script and loads nothing from elsewhere', async () => {
    const html = await page();
    expect(html).toMatch(/^<!DOCTYPE html><html lang="en">/);
    expect(html).not.toMatch(/<script|\son\w+=|<link|<img|javascript:/i);
  });

  it('brings whoever opens the link for clients to the heading above the form', async () => {
    const opened = await fetch(`${simulator.url}/link-account?bc_id=7300000000000000001`, { redirect: 'manual' });
    expect(opened.headers.get('location')).toBe('/#link');
    expect(await page()).toMatch(/id="link"><h2>Linked TikTok accounts/);
  });

  it('lets the reviewer refuse an account with a reason and approve it', async () => {
    const id = await reachableAccount(tiktok, 'kobi_school_tiktok');
    const status = async (): Promise<unknown> =>
      at((await tiktok.get('/advertiser/info/', { advertiser_ids: [id] })).data, 'list.0.status');
    const fields = { action: 'reject-review', advertiser: id, reason: 'No working website.' };
    const refused = await press('Reject', fields);
    expect(refused.url).toContain('?done=');
    expect(await refused.text()).toContain('role="status"');
    expect(await status()).toBe('STATUS_CONFIRM_FAIL');
    expect(await page()).toContain('No working website.');
    await press('Approve', { action: 'approve-review', advertiser: id });
    expect(await status()).toBe('STATUS_ENABLE');
  });

  it('lets the client link an account and accept a partnership, and the creator make and revoke a code', async () => {
    await press('Accept the link as its owner', { handle: 'sonnenschule' });
    await press('Accept the partnership as the client', { advertiserIds: '7300000000000000210' });
    await press('Authorise a post, show its code', { handle: 'neue_schule' });
    await press('Revoke');
    const html = await page();
    for (const text of ['@sonnenschule', '7300000000000000210', '@neue_schule', 'DELETED']) expect(html).toContain(text);
  });

  it('escapes what comes from outside, and links to no script', async () => {
    const attack = '"><script>alert(1)</script>';
    await admin.person('link-tiktok-account', { handle: attack });
    await admin.person('make-spark-post', { handle: attack, text: attack, postUrl: 'javascript:alert(1)' });
    await reachableAccount(tiktok, attack);
    const pages = [await page(), await (await fetch(`${simulator.url}/?done=${encodeURIComponent(attack)}`)).text()];
    for (const html of pages) {
      expect(html).not.toContain('<script');
      expect(html).not.toContain('javascript:');
      expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    }
  });

  it('says what was wrong with a form, and takes none from another site', async () => {
    const wrong = await press('Accept the link as its owner');
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('handle: ');
    const foreign = await press('Revoke', {}, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect(await page()).not.toContain('DELETED');
  });
});
