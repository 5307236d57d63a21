import { Argument, type Command, Option } from 'commander';
import { stringify } from 'yaml';
import { settingsCautions } from '../../domain/events/settings-cautions.js';
import { optimisationOf } from '../../store/event-optimisation.js';
import { getEventSettings, type SavedEventSettings, saveEventSettings } from '../../store/event-settings.js';
import { asOption, type CommandLine, slugArgument } from '../command-line.js';
import { eventSettingsOfFile } from '../event-settings-file.js';
import { badInput } from '../exit.js';
import { savedOnboarding } from '../known-onboarding.js';
import { operatorOf } from '../operator.js';
import { clean } from '../render/text.js';
import { noSettings } from '../settings-in-force.js';

/** Where a tenant's settings come from, in a few words. */
export function settingsLine(saved: SavedEventSettings | undefined): string {
  if (!saved) return 'settings as its onboarding implies, none saved yet';
  return `settings ${saved.version} by ${saved.origin === 'people' ? saved.setBy : 'its onboarding'}, ${saved.setAt}`;
}

function versionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw badInput(`--version ${text}: a number such as 2`);
  return Number(text);
}

/** `kobi events settings show|set`: the settings by which a tenant's events are taken in, by version. */
export function registerEventSettings(cli: CommandLine, events: Command): void {
  const settings = events.command('settings').description("the settings by which a tenant's events are mapped and taken in");
  cli
    .command(settings, 'show', 'what counts now, as YAML that `set` takes')
    .addArgument(slugArgument())
    .addOption(new Option('--version <number>', 'an earlier version, such as the one before the last'))
    .action((slug: string, options: { json?: boolean; version?: string }) =>
      cli.run(options, async ({ session }) => {
        const db = session.database();
        const version = versionOf(options.version);
        const saved = await getEventSettings(db, slug, version);
        if (!saved) {
          await savedOnboarding(db, slug);
          if (version !== undefined) throw badInput(`${slug} has no event settings of version ${version}; they count from 1`);
          throw noSettings(slug);
        }
        return { json: saved, lines: [stringify(saved.settings).trimEnd()], notes: [`${slug}: ${settingsLine(saved)}`] };
      }),
    );
  cli
    .command(settings, 'set', 'check a file and let it count from now on; the onboarding no longer changes what people set')
    .addArgument(slugArgument())
    .addArgument(new Argument('<file>', 'YAML or JSON; begin with what `kobi events settings show` prints'))
    .addOption(asOption())
    .action((slug: string, file: string, options: { json?: boolean; as: string }) =>
      cli.run(options, async ({ session, now }) => {
        const wanted = await eventSettingsOfFile(file);
        const db = session.database();
        await savedOnboarding(db, slug);
        const setBy = operatorOf(await session.people(), options.as, slug);
        const before = await getEventSettings(db, slug);
        const { optimisation } = wanted;
        const standing = optimisation && (await optimisationOf(session.eventsDatabase(), slug, optimisation, { now }));
        const saved = await saveEventSettings(db, slug, { settings: wanted, origin: 'people', setBy, at: now });
        const same = before?.version === saved.version;
        const cautions = settingsCautions(
          saved.settings,
          before && !same ? { settings: before.settings, called: `version ${before.version}, which counted before,` } : undefined,
        );
        const back = `kobi events settings show ${slug} --version ${before?.version ?? 1} > FILE gives what counted before, for set`;
        return {
          json: { ...saved, changed: !same, cautions },
          notes: [...(standing?.findings ?? []).map(({ text }) => clean(text)), ...cautions, ...(before && !same ? [back] : [])],
          lines: [
            same
              ? `${slug}: nothing changes, version ${saved.version} says the same`
              : `${slug}: version ${saved.version} counts from now on`,
          ],
        };
      }),
    );
}
