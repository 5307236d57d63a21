import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.js';
import { type Desk, startDesk } from '../web/desk.js';
import { document } from './documented.js';

let desk: Desk;
let chromium: Browser;
beforeAll(async () => {
  [desk, chromium] = await Promise.all([startDesk(), launchChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await desk?.close();
});

it('shows every endpoint in a real browser under the desk’s content security policy, and asks nobody but the desk', async () => {
  const page = await chromium.newPage();
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(desk.origin) && !url.startsWith('data:')) elsewhere.push(url);
  });
  await page.goto(`${desk.origin}/api/v1/docs`);
  await page.getByText('/onboardings/{slug}/gates/{gate}/decisions').waitFor();
  const operations = Object.values(document.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
  expect(operations).toBeGreaterThan(15);
  expect(await page.locator('.opblock').count()).toBe(operations);
  await page.locator('.opblock-summary', { hasText: '/whoami' }).click();
  await page.getByRole('button', { name: 'Try it out' }).waitFor();
  expect({ complaints, elsewhere }).toEqual({ complaints: [], elsewhere: [] });
});
