import { Argument, type Command, Option } from 'commander';
import { EVENT_NAME } from '../../contract/event-settings.js';
import { EVENT_SOURCES } from '../../contract/events.js';
import { isTimeZone, TIME_ZONES } from '../../domain/time-zones.js';
import { getEventSettings } from '../../store/event-settings.js';
import { type Answer, type CommandLine, slugArgument } from '../command-line.js';
import { badInput, EXIT } from '../exit.js';
import { savedOnboarding } from '../known-onboarding.js';
import { didYouMean } from '../near.js';
import { operatorOf } from '../operator.js';
import { table } from '../render/table.js';
import { clean } from '../render/text.js';
import { fileFacts } from '../uploads/file-facts.js';
import { gatewayAddress, handIn } from '../uploads/hand-in.js';
import { importHere } from '../uploads/import-here.js';
import type { UploadResult, UploadWishes } from '../uploads/upload-result.js';

interface Options {
  readonly json?: boolean;
  readonly source: UploadWishes['source'];
  readonly event?: string;
  readonly timeZone?: string;
  readonly format?: 'csv' | 'jsonl';
  readonly again?: boolean;
  readonly to?: string;
  readonly as?: string;
}

function wishesOf({ source, event, timeZone, again = false }: Options): UploadWishes {
  if (event !== undefined && !EVENT_NAME.test(event))
    throw badInput(`--event ${JSON.stringify(event)} is no name of an event, such as purchase`);
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw badInput(`--time-zone ${timeZone} is no IANA time zone, such as Europe/Berlin${didYouMean(timeZone, TIME_ZONES)}`);
  return { source, eventName: event ?? null, timeZone: timeZone ?? null, again };
}

function answerOf(slug: string, result: UploadResult): Answer {
  const { id, state, before, counts, unknownColumns, problem, errors } = result;
  const { rows, accepted, repeated, unmapped, refused, dropped } = counts;
  const bad = refused + unmapped;
  const notes = [
    ...(before ? [`this very file was handed in before (${id}); nothing was done now. --again imports it once more`] : []),
    ...(unknownColumns.length === 0 ? [] : [`nothing is made of: ${unknownColumns.map(clean).join(', ')}`]),
    ...(bad > errors.length ? [`${bad - errors.length} more lines were refused than are kept`] : []),
  ];
  return {
    json: { slug, ...result },
    lines: [
      ...(problem === null ? [] : [clean(problem)]),
      ...(errors.length === 0
        ? []
        : table(
            ['line', 'field', 'reason', 'what to do'],
            errors.map(({ line, field, reason, sentence }) => [String(line), clean(field), reason, clean(sentence)]),
          )),
      `${rows} row(s): ${accepted} accepted, ${repeated} known already, ${unmapped} unmapped, ${refused} refused, ${dropped} dropped`,
    ],
    notes,
    exitCode: state === 'failed' ? EXIT.badInput : bad > 0 ? EXIT.failed : EXIT.done,
  };
}

/** `kobi events upload`: a file of CRM or offline events, imported here or handed in at a gateway. */
export function registerUpload(cli: CommandLine, events: Command): void {
  cli
    .command(events, 'upload', 'import a CSV or JSON Lines file of events; run again, it goes on where it stopped')
    .addArgument(slugArgument())
    .addArgument(new Argument('<file>', 'CSV with a head, or one JSON object per line (docs/events.md)'))
    .addOption(
      new Option(
        '--to <url>',
        'hand it in at the gateway of this address, with the write key in KOBI_WRITE_KEY; left out, into the database',
      ),
    )
    .addOption(new Option('--source <source>', 'where rows come from that do not say it').choices(EVENT_SOURCES).default('offline'))
    .addOption(new Option('--event <name>', 'the event that every row is, where the file names none'))
    .addOption(new Option('--time-zone <zone>', 'the zone of times that name none, such as Europe/Berlin'))
    .addOption(new Option('--format <format>', 'csv or jsonl, where the name does not tell').choices(['csv', 'jsonl']))
    .addOption(new Option('--again', 'import a file once more that is done already, such as after new event settings'))
    .addOption(new Option('--as <person>', 'who does this: id or mail of people.yaml; with --to, whoever has the key'))
    .action((slug: string, path: string, options: Options) =>
      cli.run(options, async ({ session, progress }) => {
        const wishes = wishesOf(options);
        const base = options.to === undefined ? undefined : gatewayAddress(options.to);
        const key = session.settings['KOBI_WRITE_KEY']?.trim() ?? '';
        if (base !== undefined && key === '')
          throw badInput(`--to needs the write key in KOBI_WRITE_KEY (kobi events keys create ${slug} --name NAME --as PERSON)`);
        progress.on('for the file to be read');
        const file = await fileFacts(path, options.format);
        if (base !== undefined)
          return answerOf(slug, await handIn({ base, key, slug }, { file, wishes }, (what) => progress.on(`for the gateway: ${what}`)));
        const db = session.database();
        if (!(await getEventSettings(db, slug))) {
          await savedOnboarding(db, slug);
          throw badInput(
            `${slug} has no event settings yet: they come with its pixel, or kobi events settings set ${slug} FILE --as PERSON`,
          );
        }
        const madeBy = options.as === undefined ? 'kobi' : operatorOf(await session.people(), options.as, slug);
        const result = await importHere({ db, eventsDb: session.eventsDatabase() }, slug, { file, wishes, madeBy }, (line) =>
          progress.on(`for the import: line ${line}`),
        );
        return answerOf(slug, result);
      }),
    );
}
