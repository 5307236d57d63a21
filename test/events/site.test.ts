import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventSettings } from '../../src/domain/events/event-settings.js';
import { prepareMap } from '../../src/domain/events/prepared-map.js';
import { type PageOptions, type PageSettings, pageSettings } from '../../src/events/site/page-settings.js';
import { policySources, snippetHtml } from '../../src/events/site/snippet.js';
import { tagManagerContainer } from '../../src/events/site/tag-manager.js';

const PIXEL = 'C4A1B2C3D4E5F6G7H8I0';
const GATEWAY = { address: 'https://events.example.org/in/', key: 'kek_visibly-fake' };

function pageOf(own: object = {}, options: Partial<PageOptions> = {}): PageSettings {
  const read = eventSettings({ destinations: { web: { pixel_code: PIXEL } }, ...own });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const settings = pageSettings(prepareMap(read.settings), { slug: 'shop', gateway: GATEWAY, consentBy: 'page', listen: true, ...options });
  if (!settings) throw new Error('no pixel');
  return settings;
}
const snippetOf = (settings: PageSettings, nonce?: string): string => snippetHtml(settings, { slug: 'shop', mapVersion: '1', nonce });
const scriptOf = (html: string): string => /<script[^>]*>([^]*)<\/script>/.exec(html)?.[1] ?? '';

describe('the snippet', () => {
  it('has the pixel code, the address and key of the gateway, and every name that means something on the web', () => {
    const html = snippetOf(pageOf({ map: { brochure: 'Download' }, accept: ['quiz_finished'], ignore: ['contact'] }));
    for (const part of [
      PIXEL,
      'https://events.example.org/in/v1/events/shop',
      GATEWAY.key,
      '"brochure"',
      '"quiz_finished"',
      '"purchase_success"',
    ])
      expect(html).toContain(part);
    expect(html).toContain('https://analytics.tiktok.com/i18n/pixel/events.js');
    expect(html).not.toContain('"Contact":["Contact","contact"]');
  });

  it('does not exist before there is a pixel', () => {
    const read = eventSettings({});
    if (!read.ok) throw new Error('no settings');
    expect(pageSettings(prepareMap(read.settings), { slug: 'shop', consentBy: 'page', listen: true })).toBeUndefined();
  });

  it('is one script element in syntax that every browser and tag manager reads, with nothing that a strict policy refuses', () => {
    const html = snippetOf(pageOf());
    expect(html.match(/<script/g)).toHaveLength(1);
    const script = scriptOf(html);
    expect(() => new Script(script)).not.toThrow();
    expect(script.match(/=>|`|\?\.|\?\?|,\s*\)|\b(?:const|let|class|async function|await)\b/)).toBeNull();
    expect(script.match(/\beval\(|new Function|innerHTML|document\.write|javascript:|\.on\w+ ?=/)).toBeNull();
    expect(script.match(/^\s*(?:\/\/|\/?\*)/m)).toBeNull();
  });

  it('carries the nonce that it is given, as an attribute and nothing else', () => {
    expect(snippetOf(pageOf(), '{{ nonce }}')).toContain('<script nonce="{{ nonce }}">');
    expect(snippetOf(pageOf(), '"><b>')).toContain('<script nonce="&quot;>&lt;b>">');
    expect(snippetOf(pageOf())).toContain('\n<script>\n');
  });

  it('lets nothing in the settings end the script or start a variable of a tag manager', () => {
    const html = snippetOf(pageOf({}, { gateway: { ...GATEWAY, key: 'k</script><b>{{Page_URL}}' } }));
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(html).not.toContain('{{');
    const settings = /\}\)\(\{ settings: (\{[^]*\}) \}\);/.exec(scriptOf(html))?.[1] ?? '';
    expect(JSON.parse(settings)).toMatchObject({ key: 'k</script><b>{{Page_URL}}' });
  });

  it('says what a content security policy must allow', () => {
    expect(policySources(pageOf())).toEqual({
      scriptSrc: ['https://analytics.tiktok.com'],
      connectSrc: ['https://analytics.tiktok.com', 'https://events.example.org'],
    });
    expect(policySources(pageOf({}, { gateway: undefined })).connectSrc).toEqual(['https://analytics.tiktok.com']);
  });

  it('knows no test event code and no event set: what a page holds everybody can read', () => {
    const html = snippetOf(
      pageOf({
        test_event_code: 'TEST12345',
        destinations: { web: { pixel_code: PIXEL }, offline: { event_set_id: '7300000000000000410' } },
      }),
    );
    expect(html).not.toMatch(/TEST12345|7300000000000000410/);
  });
});

const parameter = z.union([
  z.strictObject({ type: z.enum(['TEMPLATE', 'BOOLEAN', 'INTEGER']), key: z.string(), value: z.string() }),
  z.strictObject({ type: z.literal('LIST'), key: z.string(), list: z.array(z.unknown()) }),
]);
const place = { accountId: z.literal('0'), containerId: z.literal('0'), fingerprint: z.string().regex(/^\d+$/) };
const name = z.string().regex(/^[^:<>&"']+$/, 'Tag Manager refuses such names');
const container = z.object({
  exportFormatVersion: z.literal(2),
  exportTime: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  containerVersion: z.object({
    container: z.object({ usageContext: z.tuple([z.literal('WEB')]), publicId: z.string().regex(/^GTM-[A-Z0-9]+$/) }),
    tag: z.array(
      z.strictObject({
        ...place,
        tagId: z.string().regex(/^\d+$/),
        name,
        type: z.literal('html'),
        parameter: z.array(parameter),
        firingTriggerId: z.array(z.string()).min(1),
        setupTag: z.array(z.strictObject({ tagName: z.string(), stopOnSetupFailure: z.boolean() })).optional(),
        tagFiringOption: z.enum(['ONCE_PER_EVENT', 'ONCE_PER_LOAD']),
        consentSettings: z.strictObject({
          consentStatus: z.enum(['NEEDED', 'NOT_NEEDED']),
          consentType: z
            .strictObject({ type: z.literal('LIST'), list: z.array(z.strictObject({ type: z.literal('TEMPLATE'), value: z.string() })) })
            .optional(),
        }),
      }),
    ),
    trigger: z.array(
      z.strictObject({
        ...place,
        triggerId: z.string().regex(/^\d+$/),
        name,
        type: z.literal('CUSTOM_EVENT'),
        customEventFilter: z.tuple([
          z.strictObject({ type: z.enum(['EQUALS', 'MATCH_REGEX']), parameter: z.tuple([parameter, parameter]) }),
        ]),
      }),
    ),
    variable: z.array(z.looseObject({ ...place, variableId: z.string(), name, type: z.literal('v'), parameter: z.array(parameter) })),
    builtInVariable: z.array(z.looseObject({ type: z.literal('EVENT'), name: z.literal('Event') })),
  }),
});

const containerOf = (settings: PageSettings) => {
  const text = JSON.stringify(tagManagerContainer(settings, 'shop', new Date('2026-11-21T12:00:00Z')));
  return { text, ...container.parse(JSON.parse(text)) };
};
const htmlOf = (tag: { parameter: z.output<typeof parameter>[] }): string => {
  const found = tag.parameter.find((each) => each.key === 'html');
  return found && 'value' in found ? found.value : '';
};
/** Triggers that every web container has by itself. */
const BUILT_IN_TRIGGERS = ['2147479553', '2147479572', '2147479573'];

describe('the container for Google Tag Manager', () => {
  const own = { map: { 'brochure.sent': 'Download' }, accept: ['quiz_finished'] };
  const page = pageOf(own, { listen: false });
  const { containerVersion: version, text } = containerOf(page);

  it('is consistent: ids and names are unique, and whatever is referred to exists', () => {
    for (const ids of [
      version.tag.map(({ tagId }) => tagId),
      version.trigger.map(({ triggerId }) => triggerId),
      version.tag.map((tag) => tag.name),
      version.trigger.map((trigger) => trigger.name),
    ])
      expect(new Set(ids).size).toBe(ids.length);
    const triggers = new Set([...version.trigger.map(({ triggerId }) => triggerId), ...BUILT_IN_TRIGGERS]);
    const tags = new Set(version.tag.map((tag) => tag.name));
    const variables = new Set([...version.variable, ...version.builtInVariable].map((variable) => variable.name));
    for (const tag of version.tag) {
      for (const id of tag.firingTriggerId) expect(triggers).toContain(id);
      for (const { tagName } of tag.setupTag ?? []) expect(tags).toContain(tagName);
      for (const [, variable = ''] of htmlOf(tag).matchAll(/\{\{(.*?)\}\}/g)) expect(variables).toContain(variable);
      expect(() => new Script(scriptOf(htmlOf(tag)).replaceAll(/\{\{.*?\}\}/g, 'null'))).not.toThrow();
    }
    const fired = new Set(version.tag.flatMap(({ firingTriggerId }) => firingTriggerId));
    for (const { triggerId } of version.trigger) expect(fired).toContain(triggerId);
  });

  it('loads the page code with the pixel once, and has a tag with a trigger for each event and every name that means it', () => {
    const base = version.tag.filter((tag) => htmlOf(tag).includes(PIXEL));
    expect(base.map(({ tagFiringOption }) => tagFiringOption)).toEqual(['ONCE_PER_LOAD']);
    for (const [event, names] of Object.entries(page.events)) {
      const tag = version.tag.find((each) => each.name === `Kobi - TikTok ${event}`);
      const trigger = version.trigger.find(({ triggerId }) => tag?.firingTriggerId.includes(triggerId));
      const [
        {
          type,
          parameter: [subject, wanted],
        },
      ] = trigger?.customEventFilter ?? [{ type: 'none', parameter: [] }];
      expect(subject).toMatchObject({ value: '{{_event}}' });
      const value = wanted && 'value' in wanted ? wanted.value : '';
      const matches = (said: string): boolean => (type === 'EQUALS' ? said === value : new RegExp(value).test(said));
      for (const said of names) expect([said, matches(said)]).toEqual([said, true]);
      expect(matches(`${names[0]}_too`)).toBe(false);
      expect(matches('brochureXsent')).toBe(false);
    }
  });

  it('waits for consent in the tags where the tag manager asks, and otherwise in the code', () => {
    expect(version.tag.map(({ consentSettings }) => consentSettings.consentStatus)).toEqual(version.tag.map(() => 'NOT_NEEDED'));
    const asked = containerOf(pageOf({ ...own, consent: 'required' }, { listen: false, consentBy: 'tag_manager' })).containerVersion.tag;
    for (const { consentSettings } of asked)
      expect(consentSettings).toEqual({
        consentStatus: 'NEEDED',
        consentType: { type: 'LIST', list: ['ad_storage', 'ad_user_data'].map((value) => ({ type: 'TEMPLATE', value })) },
      });
  });

  it('holds no secret: the key for browsers stands in the base tag only', () => {
    expect(text.split(GATEWAY.key)).toHaveLength(2);
    expect(containerOf(pageOf({ test_event_code: 'TEST12345' }, { listen: false, gateway: undefined })).text).not.toMatch(
      /kek_|TEST12345|access.?token/i,
    );
  });
});
