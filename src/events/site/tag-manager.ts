import type { PageSettings } from './page-settings.js';
import { pageScript } from './snippet.js';

/** Triggers that every web container of Google Tag Manager has by itself. */
const INITIALIZATION_ALL_PAGES = '2147479573';

const EVENT_NUMBER = 'Kobi - number of the event';
const BASE_TAG = 'Kobi - TikTok base';

/** Ids of the account and container are replaced at the import. */
const PLACE = { accountId: '0', containerId: '0' } as const;

type Parameter =
  | { readonly type: 'TEMPLATE' | 'BOOLEAN' | 'INTEGER'; readonly key?: string; readonly value: string }
  | { readonly type: 'LIST'; readonly list: readonly Parameter[] };

interface Tag {
  readonly accountId: string;
  readonly containerId: string;
  readonly tagId: string;
  readonly name: string;
  readonly type: 'html';
  readonly parameter: readonly Parameter[];
  readonly fingerprint: string;
  readonly firingTriggerId: readonly string[];
  readonly setupTag?: readonly { readonly tagName: string; readonly stopOnSetupFailure: boolean }[];
  readonly tagFiringOption: 'ONCE_PER_EVENT' | 'ONCE_PER_LOAD';
  readonly consentSettings: { readonly consentStatus: 'NEEDED' | 'NOT_NEEDED'; readonly consentType?: Parameter };
}

interface Trigger {
  readonly accountId: string;
  readonly containerId: string;
  readonly triggerId: string;
  readonly name: string;
  readonly type: 'CUSTOM_EVENT';
  readonly customEventFilter: readonly { readonly type: 'EQUALS' | 'MATCH_REGEX'; readonly parameter: readonly Parameter[] }[];
  readonly fingerprint: string;
}

/** A container as Google Tag Manager exports and imports it, as far as it is used here. */
export interface TagManagerContainer {
  readonly exportFormatVersion: 2;
  /** `YYYY-MM-DD HH:MM:SS`, UTC. */
  readonly exportTime: string;
  readonly containerVersion: {
    readonly path: string;
    readonly accountId: string;
    readonly containerId: string;
    readonly containerVersionId: string;
    readonly name: string;
    readonly description: string;
    readonly container: {
      readonly path: string;
      readonly accountId: string;
      readonly containerId: string;
      readonly name: string;
      readonly publicId: string;
      readonly usageContext: readonly ['WEB'];
      readonly fingerprint: string;
    };
    readonly tag: readonly Tag[];
    readonly trigger: readonly Trigger[];
    readonly variable: readonly object[];
    readonly builtInVariable: readonly object[];
    readonly fingerprint: string;
  };
}

function template(key: string, value: string): Parameter {
  return { type: 'TEMPLATE', key, value };
}

/** Tag Manager refuses names with these characters. */
function nameable(text: string): string {
  return text.replaceAll(/[:<>&"']/g, ' ');
}

function pattern(names: readonly string[]): string {
  return `^(${names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`;
}

function triggerOf(event: string, names: readonly string[], triggerId: string, fingerprint: string): Trigger {
  const [only = '', second] = names;
  const [type, value] = second === undefined ? (['EQUALS', only] as const) : (['MATCH_REGEX', pattern(names)] as const);
  return {
    ...PLACE,
    triggerId,
    name: `Kobi - events that mean ${nameable(event)}`,
    type: 'CUSTOM_EVENT',
    customEventFilter: [{ type, parameter: [template('arg0', '{{_event}}'), template('arg1', value)] }],
    fingerprint,
  };
}

/**
 * A container to be imported (merged) into the tenant's own: a tag with the page's code, and for each TikTok event a trigger with the names
 * that mean it and a tag that reports the push for which it fired.
 * @param settings made with `listen: false`; with consent by the tag manager, every tag needs ad_storage and ad_user_data
 */
export function tagManagerContainer(settings: PageSettings, slug: string, now: Date): TagManagerContainer {
  const fingerprint = String(now.getTime());
  const consentSettings: Tag['consentSettings'] =
    settings.consent === 'tag_manager'
      ? {
          consentStatus: 'NEEDED',
          consentType: { type: 'LIST', list: ['ad_storage', 'ad_user_data'].map((value) => ({ type: 'TEMPLATE', value })) },
        }
      : { consentStatus: 'NOT_NEEDED' };
  const tag = (tagId: string, name: string, script: string): Omit<Tag, 'firingTriggerId' | 'tagFiringOption'> => ({
    ...PLACE,
    tagId,
    name,
    type: 'html',
    parameter: [template('html', `<script>\n${script}\n</script>`), { type: 'BOOLEAN', key: 'supportDocumentWrite', value: 'false' }],
    fingerprint,
    consentSettings,
  });
  const events = Object.entries(settings.events);
  return {
    exportFormatVersion: 2,
    exportTime: now.toISOString().slice(0, 19).replace('T', ' '),
    containerVersion: {
      path: 'accounts/0/containers/0/versions/0',
      ...PLACE,
      containerVersionId: '0',
      name: `Kobi - TikTok events of ${slug}`,
      description: 'Import it into the container of the site, as a merge. docs/events.md explains each part.',
      container: {
        path: 'accounts/0/containers/0',
        ...PLACE,
        name: `Kobi - TikTok events of ${slug}`,
        publicId: 'GTM-KOBI',
        usageContext: ['WEB'],
        fingerprint,
      },
      tag: [
        { ...tag('1', BASE_TAG, pageScript(settings)), firingTriggerId: [INITIALIZATION_ALL_PAGES], tagFiringOption: 'ONCE_PER_LOAD' },
        ...events.map(
          ([event], index): Tag => ({
            ...tag(String(index + 2), `Kobi - TikTok ${nameable(event)}`, `kobiEvents.fired({{${EVENT_NUMBER}}}, {{Event}});`),
            firingTriggerId: [String(index + 1)],
            // The base tag may fire after the event: its own trigger is not awaited by others.
            setupTag: [{ tagName: BASE_TAG, stopOnSetupFailure: true }],
            tagFiringOption: 'ONCE_PER_EVENT',
          }),
        ),
      ],
      trigger: events.map(([event, names], index) => triggerOf(event, names, String(index + 1), fingerprint)),
      variable: [
        {
          ...PLACE,
          variableId: '1',
          name: EVENT_NUMBER,
          type: 'v',
          parameter: [
            { type: 'INTEGER', key: 'dataLayerVersion', value: '2' },
            { type: 'BOOLEAN', key: 'setDefaultValue', value: 'false' },
            template('name', 'gtm.uniqueEventId'),
          ],
          fingerprint,
          formatValue: {},
        },
      ],
      builtInVariable: [{ ...PLACE, type: 'EVENT', name: 'Event' }],
      fingerprint,
    },
  };
}
