import { Argument, type Command, Option } from 'commander';
import { mapKeyEvents } from '../../domain/event-map.js';
import { unixSeconds } from '../../domain/events/event-time.js';
import { eventSettings } from '../../domain/events/event-settings.js';
import { mapRows, prepareMap } from '../../domain/events/prepared-map.js';
import { settingsCautions } from '../../domain/events/settings-cautions.js';
import { settingsOfTenant } from '../../domain/events/tenant-settings.js';
import { getEventSettings } from '../../store/event-settings.js';
import { optimisationOf } from '../../store/event-optimisation.js';
import { unmappedNames } from '../../store/events.js';
import { type CommandLine, slugArgument } from '../command-line.js';
import { eventSettingsOfFile, STAND_IN_SETTINGS } from '../event-settings-file.js';
import { previewEvents } from '../events-preview.js';
import { badInput, EXIT } from '../exit.js';
import { registerEventBacklog } from './event-backlog.js';
import { registerEventLedger } from './event-ledger.js';
import { registerEventMove } from './event-move.js';
import { registerEventQueue } from './event-queue.js';
import { registerEventSettings, settingsLine } from './event-settings.js';
import { registerEventTest } from './event-test.js';
import { registerUpload } from './event-upload.js';
import { registerSite } from './events-site.js';
import { registerUtm } from './events-utm.js';
import { registerWriteKeys } from './write-keys.js';
import { mapTable, optimisationLines, previewSummary, unmappedTable, verdictHead, verdictLine } from '../render/events.js';
import { table } from '../render/table.js';
import { clean } from '../render/text.js';
import { tenantOfOnboarding } from '../tenant-of-onboarding.js';

function instantOf(text: string | undefined, now: Date): Date {
  if (text === undefined) return now;
  const seconds = unixSeconds(text);
  if (seconds === undefined) throw badInput(`--at takes a moment such as 2026-11-21T12:00:00Z, not ${JSON.stringify(text)}`);
  return new Date(seconds * 1000);
}

function standIns() {
  const read = eventSettings(STAND_IN_SETTINGS);
  if (!read.ok) throw new Error('the stand-ins for a preview without settings are not valid settings');
  return read.settings;
}

const NO_SETTINGS =
  'no --settings: stand-ins take the place of pixel code, website, app and event sets; phone numbers need their country code';

/** How far back unmapped names are counted. */
const UNMAPPED_DAYS = 7;

function registerMap(cli: CommandLine, events: Command): void {
  cli
    .command(events, 'map', 'what the event names of a tenant mean to TikTok, and whether its optimisation event is possible')
    .addArgument(slugArgument())
    .action((slug: string, options: { json?: boolean }) =>
      cli.run(options, async ({ session, paint, now }) => {
        const { tenant, pixelCode } = await tenantOfOnboarding(session, slug);
        const saved = await getEventSettings(session.database(), slug);
        const implied = settingsOfTenant(tenant, pixelCode);
        const prepared = prepareMap(saved?.settings ?? implied);
        const cautions = settingsCautions(prepared.settings, { settings: implied, called: 'the onboarding' });
        const { mapped, problems } = mapKeyEvents(tenant);
        const rows = mapRows(prepared);
        const standing = await optimisationOf(session.eventsDatabase(), slug, prepared.settings.optimisation, { now });
        const since = new Date(now.getTime() - UNMAPPED_DAYS * 86_400_000);
        const unmapped = (await unmappedNames(session.eventsDatabase(), slug, since)).map((one) => ({
          ...one,
          suggestion: prepared.suggestion(one.source, one.name).text,
        }));
        const { objectives, optimisationEvent } = tenant;
        return {
          json: {
            slug,
            version: prepared.version,
            pixelCode: pixelCode ?? null,
            cautions,
            settings: saved === undefined ? null : { version: saved.version, origin: saved.origin, setBy: saved.setBy, setAt: saved.setAt },
            keyEvents: mapped.map(({ ga4, event, optimizationEvent, source }) => ({ name: ga4, event, optimizationEvent, source })),
            optimisation: { event: optimisationEvent, objectives, problems, ...standing },
            unmapped,
            map: rows,
          },
          lines: [
            `${slug}: map ${prepared.version}, pixel ${pixelCode ?? 'not there yet'}, ${settingsLine(saved)}`,
            ...cautions.map((caution) => paint('warn', caution)),
            '',
            ...table(
              ['key event', 'TikTok event', 'optimises as', 'sent by'],
              mapped.map(({ ga4, event, optimizationEvent, source }) => [clean(ga4), event, optimizationEvent ?? '-', source]),
            ),
            problems.length === 0
              ? paint('good', `optimises for ${clean(optimisationEvent)} under ${objectives.join(', ')}`)
              : problems.map((problem) => paint('bad', clean(problem))).join('\n'),
            ...optimisationLines(standing, paint),
            '',
            ...(unmapped.length === 0
              ? []
              : [
                  ...unmappedTable(unmapped),
                  `in the event settings: kobi events settings show ${slug} > FILE, then kobi events settings set ${slug} FILE --as PERSON`,
                  '',
                ]),
            ...mapTable(rows),
            '-: not sent from there',
          ],
        };
      }),
    );
}

function registerPreview(cli: CommandLine, events: Command): void {
  const preview = cli
    .command(events, 'preview', 'for each event of a file what would be sent to TikTok, or why not; sends nothing')
    .addArgument(new Argument('<file>', 'one JSON object per line: {name, event_id, timestamp, params, user}'))
    .addOption(new Option('--settings <file>', "the tenant's event settings, YAML or JSON (docs/events.md)"))
    .addOption(new Option('--at <instant>', 'judge as if the events came in then, for files from the past'))
    .action((file: string, options: { json?: boolean; settings?: string; at?: string }) =>
      cli.run(options, async ({ terminal, paint, now, json }) => {
        const at = instantOf(options.at, now);
        const prepared = prepareMap(options.settings === undefined ? standIns() : await eventSettingsOfFile(options.settings));
        if (!json) terminal.out(verdictHead());
        const previewed = await previewEvents(file, prepared, at, (line, verdict) => {
          if (json) terminal.out(JSON.stringify({ line, ...verdict }));
          else terminal.out(verdictLine(line, verdict, paint));
        });
        if (previewed.noneReadable)
          throw badInput(
            `no line of ${file} is a JSON object; kobi events preview reads one event per line, such as {"name":"purchase",…}`,
          );
        if (options.settings === undefined) terminal.err(NO_SETTINGS);
        for (const line of previewSummary(previewed.counts, previewed.unmapped)) (json ? terminal.err : terminal.out)(line);
        return EXIT.done;
      }),
    );
  // One document of a million verdicts would help nobody.
  const json = preview.options.find(({ long }) => long === '--json');
  if (json) json.description = 'a verdict per line, each a JSON object; the summary goes to standard error';
}

/** `kobi events`: the event map, what it makes of real events, the settings behind it, the keys of those who send, and the browser's side. */
export function registerEvents(cli: CommandLine): void {
  const events = cli.program
    .command('events')
    .description('conversion events: what they mean to TikTok, who may send them, and what would be sent');
  registerMap(cli, events);
  registerPreview(cli, events);
  registerEventSettings(cli, events);
  registerWriteKeys(cli, events);
  registerUpload(cli, events);
  registerEventTest(cli, events);
  registerEventLedger(cli, events);
  registerEventBacklog(cli, events);
  registerEventQueue(cli, events);
  registerEventMove(cli, events);
  registerSite(cli, events);
  registerUtm(cli, events);
}
