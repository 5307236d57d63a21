import { type Command, Option } from 'commander';
import { type PreparedMap, prepareMap } from '../../domain/events/prepared-map.js';
import { settingsOfTenant } from '../../domain/events/tenant-settings.js';
import { type PageGateway, type PageOptions, type PageSettings, pageEvents, pageSettings } from '../../events/site/page-settings.js';
import { policySources, snippetHtml } from '../../events/site/snippet.js';
import { tagManagerContainer } from '../../events/site/tag-manager.js';
import { getEventSettings } from '../../store/event-settings.js';
import { openWriteKey } from '../../store/event-write-keys.js';
import { type CommandContext, type CommandLine, slugArgument } from '../command-line.js';
import { eventSettingsOfFile } from '../event-settings-file.js';
import { badInput } from '../exit.js';
import { tenantOfOnboarding } from '../tenant-of-onboarding.js';

interface SiteOptions {
  readonly json?: boolean;
  readonly gateway?: string;
  readonly key?: string;
  readonly settings?: string;
  readonly pixelScript?: string;
}

/** What stands in the nonce attribute until the page's template puts its own there. */
const NONCE_PLACEHOLDER = 'NONCE';

/** @throws CommandFault (bad input): the page could not load it, or would send what people do in the clear */
function address(option: string, text: string): string {
  if (!URL.canParse(text)) throw badInput(`${option} takes an address such as https://events.example.org, not ${JSON.stringify(text)}`);
  const url = new URL(text);
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))
    throw badInput(`${option} takes an https address, not ${url.protocol}//${url.host}; plain http only for this machine`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw badInput(`${option} takes an address without credentials, query and fragment; give ${url.origin}${url.pathname}`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** @throws CommandFault (bad input): everybody could send with it in the tenant's name, or nobody could */
async function checkKey({ session, now }: CommandContext, slug: string, key: string): Promise<void> {
  const open = await openWriteKey(session.database(), slug, key, now);
  const make = `kobi events keys create ${slug} --name "shop pages" --origin https://SITE --as PERSON makes one for pages`;
  if (!open) throw badInput(`--key opens nothing of ${slug}: it is wrong, expired, revoked or of another tenant; ${make}`);
  if (open.origins.length === 0)
    throw badInput(`--key names no origin, so it is for servers, and everybody could read it in the page; ${make}`);
}

function gatewayOf({ gateway, key }: SiteOptions): PageGateway | undefined {
  if (gateway === undefined && key === undefined) return undefined;
  if (gateway === undefined || key === undefined)
    throw badInput('--gateway and --key belong together: the address of the event gateway, and a write key made for the pages of the site');
  if (!/^[\x21-\x7E]{8,200}$/.test(key)) throw badInput('--key takes a write key: 8 to 200 characters without blanks');
  return { address: address('--gateway', gateway), key };
}

async function preparedOf({ session }: CommandContext, slug: string, { settings }: SiteOptions): Promise<PreparedMap> {
  if (settings !== undefined) return prepareMap(await eventSettingsOfFile(settings));
  const saved = await getEventSettings(session.database(), slug);
  if (saved) return prepareMap(saved.settings);
  const { tenant, pixelCode } = await tenantOfOnboarding(session, slug);
  return prepareMap(settingsOfTenant(tenant, pixelCode));
}

async function pageOf(
  context: CommandContext,
  slug: string,
  options: SiteOptions,
  how: Pick<PageOptions, 'consentBy' | 'listen'>,
): Promise<{ readonly prepared: PreparedMap; readonly settings: PageSettings }> {
  const gateway = gatewayOf(options);
  const pixelScript = options.pixelScript === undefined ? undefined : address('--pixel-script', options.pixelScript);
  if (gateway && options.settings === undefined) await checkKey(context, slug, gateway.key);
  const prepared = await preparedOf(context, slug, options);
  const settings = pageSettings(prepared, { slug, gateway, pixelScript, ...how });
  if (settings) return { prepared, settings };
  throw badInput(
    `${slug} has no pixel yet; kobi status ${slug} shows what its step "pixel" waits for. With --settings FILE, destinations.web names one`,
  );
}

const NO_GATEWAY =
  "no --gateway: only the browser's pixel reports. kobi events keys create SLUG --name NAME --origin ORIGIN --as PERSON makes a key for the site's pages";

function notesOf({ gateway, pixel, consent }: PageSettings): string[] {
  return [
    ...(gateway === undefined
      ? [NO_GATEWAY]
      : ['the write key can be read by everybody who opens the page: it must be one that names origins']),
    consent === 'required'
      ? 'nothing is sent before the page grants ad_storage and ad_user_data in the dataLayer'
      : consent === 'assumed'
        ? 'consent is assumed where the page says nothing; `consent: required` in the event settings waits for it'
        : 'the tags wait for ad_storage and ad_user_data in the tag manager',
    `pixel ${pixel}: take TikTok's own base code out of the pages, or page views are counted twice`,
  ];
}

function siteOptions(command: Command): Command {
  return command
    .addArgument(slugArgument())
    .addOption(new Option('--gateway <url>', 'address of the event gateway; left out, only the pixel in the browser reports'))
    .addOption(new Option('--key <key>', "a write key for the site's pages; everybody can read it there"))
    .addOption(new Option('--settings <file>', 'event settings of a file, in place of those that are kept'))
    .addOption(new Option('--pixel-script <url>', "another address of TikTok's script, such as a test's").hideHelp());
}

function registerSnippet(cli: CommandLine, events: Command): void {
  siteOptions(cli.command(events, 'snippet', "the HTML for the head of every page of the tenant's site"))
    .addOption(
      new Option('--csp-nonce [text]', 'a nonce for a content security policy, or what the page template replaces').preset(
        NONCE_PLACEHOLDER,
      ),
    )
    .action((slug: string, options: SiteOptions & { cspNonce?: string }) =>
      cli.run(options, async (context) => {
        const { prepared, settings } = await pageOf(context, slug, options, { consentBy: 'page', listen: true });
        const html = snippetHtml(settings, { slug, mapVersion: prepared.version, nonce: options.cspNonce });
        const { scriptSrc, connectSrc } = policySources(settings);
        return {
          json: { slug, mapVersion: prepared.version, pixelCode: settings.pixel, events: settings.events, scriptSrc, connectSrc, html },
          lines: [html],
          notes: [
            ...notesOf(settings),
            `its content security policy needs script-src ${scriptSrc.join(' ')} and connect-src ${connectSrc.join(' ')}`,
          ],
        };
      }),
    );
}

function registerTagManager(cli: CommandLine, events: Command): void {
  siteOptions(cli.command(events, 'gtm', 'the same as a container to import into Google Tag Manager; write it to a file'))
    .addOption(
      new Option(
        '--consent-by-tag-manager',
        'tags fire once the tag manager has ad_storage and ad_user_data, also from a consent template',
      ),
    )
    .action((slug: string, options: SiteOptions & { consentByTagManager?: boolean }) =>
      cli.run(options, async (context) => {
        const consentBy = options.consentByTagManager === true ? 'tag_manager' : 'page';
        const { prepared, settings } = await pageOf(context, slug, options, { consentBy, listen: false });
        const container = tagManagerContainer(settings, slug, context.now);
        const { length } = Object.keys(pageEvents(prepared));
        return {
          json: container,
          lines: [JSON.stringify(container, null, 2)],
          notes: [
            ...notesOf(settings),
            `${length} events; in Tag Manager: Admin, Import Container, Merge, then preview before it is published`,
          ],
        };
      }),
    );
}

/** `kobi events snippet` and `kobi events gtm`: the browser's side of a tenant's events. */
export function registerSite(cli: CommandLine, events: Command): void {
  registerSnippet(cli, events);
  registerTagManager(cli, events);
}
