import { Argument, type Command } from 'commander';
import { stringify } from 'yaml';
import { optimisationOf } from '../../store/event-optimisation.js';
import { getEventSettings, type SavedEventSettings, saveEventSettings } from '../../store/event-settings.js';
import { asOption, type CommandLine, slugArgument } from '../command-line.js';
import { eventSettingsOfFile } from '../event-settings-file.js';
import { badInput } from '../exit.js';
import { savedOnboarding } from '../known-onboarding.js';
import { operatorOf } from '../operator.js';
import { clean } from '../render/text.js';

/** Where a tenant's settings come from, in a few words. */
export function settingsLine(saved: SavedEventSettings | undefined): string {
  if (!saved) return 'settings as its onboarding implies, none saved yet';
  return `settings ${saved.version} by ${saved.origin === 'people' ? saved.setBy : 'its onboarding'}, ${saved.setAt}`;
}

/** `kobi events settings show|set`: the settings by which a tenant's events are taken in, by version. */
export function registerEventSettings(cli: CommandLine, events: Command): void {
  const settings = events.command('settings').description("the settings by which a tenant's events are mapped and taken in");
  cli
    .command(settings, 'show', 'what counts now, as YAML that `set` takes')
    .addArgument(slugArgument())
    .action((slug: string, options: { json?: boolean }) =>
      cli.run(options, async ({ session }) => {
        const db = session.database();
        const saved = await getEventSettings(db, slug);
        if (!saved) {
          await savedOnboarding(db, slug);
          throw badInput(
            `${slug} has no event settings yet: they come with its pixel, or kobi events settings set ${slug} FILE --as PERSON`,
          );
        }
        return { json: saved, lines: [stringify(saved.settings).trimEnd()], notes: [`${slug}: ${settingsLine(saved)}`] };
      }),
    );
  cli
    .command(settings, 'set', 'check a file and let it count from now on; the onboarding no longer changes what people set')
    .addArgument(slugArgument())
    .addArgument(new Argument('<file>', 'YAML or JSON, such as examples/events/shop.settings.yaml'))
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
        return {
          json: { ...saved, changed: !same },
          notes: (standing?.findings ?? []).map(({ text }) => clean(text)),
          lines: [
            same
              ? `${slug}: nothing changes, version ${saved.version} says the same`
              : `${slug}: version ${saved.version} counts from now on`,
          ],
        };
      }),
    );
}
