import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';

/** How a window looks at the desk; a desktop by day with JavaScript unless told. */
export interface Look {
  readonly phone?: boolean;
  readonly dark?: boolean;
  readonly javaScript?: boolean;
}

export const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
/** Where screenshots are left for people to look at; kept out of version control. */
export const SCREENSHOTS = resolve(import.meta.dirname, '../../screenshots');

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const COLOURS = ['color-contrast', 'link-in-text-block'];
const OPTIONS = {
  everything: {},
  colours: { runOnly: { type: 'rule', values: COLOURS } },
  layout: { rules: Object.fromEntries(COLOURS.map((rule) => [rule, { enabled: false }])) },
};
const finding = z.object({
  id: z.string(),
  impact: z.string().nullable(),
  nodes: z.array(z.object({ target: z.array(z.unknown()), failureSummary: z.string().optional() })),
});

/** One window of one person, and everything in it that must never happen. */
export class Visitor {
  /** Scripts that failed, dialogs, breaches of the content security policy, and requests to other hosts. */
  readonly alarms: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async open(browser: Browser, origin: string, { phone = false, dark = false, javaScript = true }: Look): Promise<Visitor> {
    const context = await browser.newContext({
      baseURL: origin,
      viewport: phone ? PHONE : DESKTOP,
      ...(phone ? { isMobile: true, hasTouch: true, deviceScaleFactor: 2 } : {}),
      colorScheme: dark ? 'dark' : 'light',
      javaScriptEnabled: javaScript,
      timezoneId: 'Europe/Berlin',
      locale: 'en-GB',
    });
    context.setDefaultTimeout(20_000);
    const visitor = new Visitor(context, await context.newPage());
    visitor.watch(origin);
    // Nothing leaves the machine, whatever a page tries.
    await context.route(
      (url) => url.origin !== origin && url.protocol !== 'data:',
      (route) => route.abort(),
    );
    return visitor;
  }

  private watch(origin: string): void {
    const { page, alarms } = this;
    page.on('dialog', (dialog) => {
      alarms.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => alarms.push(`script: ${error.message}`));
    page.on('console', (message) => {
      if (/content security policy|refused to/i.test(message.text())) alarms.push(`policy: ${message.text()}`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && url.protocol !== 'data:') alarms.push(`request: ${request.url()}`);
    });
  }

  /** What an expression of the page is, as `shape` has it. */
  async read<T>(expression: string, shape: z.ZodType<T>): Promise<T> {
    return shape.parse(await this.page.evaluate(expression));
  }

  text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  /**
   * Serious and critical findings of axe, each with its rule and where.
   * @param about `colours` are what another colour scheme can change, `layout` all the others
   */
  async barriers(about: 'everything' | 'colours' | 'layout' = 'everything'): Promise<string[]> {
    if (!(await this.read("'axe' in window", z.boolean()))) await this.page.evaluate(AXE);
    const options = JSON.stringify({ resultTypes: ['violations'], ...OPTIONS[about] });
    const found = await this.read(`axe.run(document, ${options}).then(({ violations }) => violations)`, z.array(finding));
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary = '' }) => `${id} at ${target.join(' ')}: ${failureSummary}`));
  }

  /** What is wider than the window, so that somebody must scroll sideways; tables and code that scroll by themselves are not. */
  async tooWide(): Promise<string[]> {
    return this.read(
      `(() => {
        const page = document.documentElement;
        if (page.scrollWidth <= page.clientWidth) return [];
        const all = [...document.querySelectorAll('main, main *, header, header *')];
        const wide = all.filter((each) => each.getBoundingClientRect().right > page.clientWidth + 0.5);
        const inner = wide.filter((each) => !wide.some((other) => other !== each && each.contains(other)));
        return [page.scrollWidth + ' px', ...inner.map((each) => each.tagName + ': ' + each.textContent.trim().slice(0, 60))];
      })()`,
      z.array(z.string()),
    );
  }

  /** Words of a chart that run out of its drawing. */
  async cutOff(): Promise<string[]> {
    return this.read(
      `[...document.querySelectorAll('svg.bars text')].filter((word) => {
        const { left, right } = word.getBoundingClientRect();
        const drawing = word.ownerSVGElement.getBoundingClientRect();
        return left < drawing.left - 0.5 || right > drawing.right + 0.5;
      }).map((word) => word.textContent)`,
      z.array(z.string()),
    );
  }

  async shoot(name: string): Promise<void> {
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: resolve(SCREENSHOTS, `${name}.jpg`), type: 'jpeg', quality: 80, fullPage: true });
  }

  /** Closes the window; nothing that must not happen has happened in it. */
  async leave(): Promise<void> {
    await this.context.close();
    expect(this.alarms).toEqual([]);
  }
}
