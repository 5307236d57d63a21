import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageSettings } from './page-settings.js';

/**
 * The parts of what runs in a tenant's pages, in their order. Each hangs what others need of it on one object. They are written in the syntax of
 * ES5, because tag managers take nothing newer, without dependencies, and evaluate nothing from text.
 */
const PARTS = ['values', 'memory', 'consent', 'person', 'properties', 'pixel', 'gateway', 'events', 'data-layer'];

/** A part as it is handed out: without comments and indentation. */
function partCode(name: string): string {
  return readFileSync(join(import.meta.dirname, 'page', `${name}.js`), 'utf8')
    .replaceAll(/^\s*\/\*\*[^]*?\*\/\n/gm, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
    .join('\n');
}

/** JSON that ends no script element and starts no variable of a tag manager. */
function literal(settings: PageSettings): string {
  return JSON.stringify(settings)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replaceAll('{{', '\\u007b\\u007b');
}

/** The statement that a page or a tag runs: the code, called with the tenant's settings. Where it runs already, nothing happens. */
export function pageScript(settings: PageSettings): string {
  const opening = '(function (KOBI) {\nif (window.kobiEvents) return;';
  return [opening, ...PARTS.map(partCode), `})({ settings: ${literal(settings)} });`].join('\n');
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

export interface SnippetOptions {
  readonly slug: string;
  /** Of the map that the snippet was made from. */
  readonly mapVersion: string;
  /** Stands in the script's `nonce` attribute, such as a page template's placeholder. */
  readonly nonce?: string | undefined;
}

/** The HTML that goes into the head of every page of a tenant's site. */
export function snippetHtml(settings: PageSettings, { slug, mapVersion, nonce }: SnippetOptions): string {
  const opening = nonce === undefined ? '<script>' : `<script nonce="${attribute(nonce)}">`;
  return `<!-- Kobi: TikTok events of ${slug}, map ${mapVersion}. In the head of every page, behind the consent defaults, before other tags. -->\n${opening}\n${pageScript(settings)}\n</script>`;
}

/** What a page's content security policy must allow beside the nonce. */
export function policySources({ script, gateway }: PageSettings): { readonly scriptSrc: string[]; readonly connectSrc: string[] } {
  const pixel = new URL(script).origin;
  return { scriptSrc: [pixel], connectSrc: gateway === undefined ? [pixel] : [pixel, new URL(gateway).origin] };
}
