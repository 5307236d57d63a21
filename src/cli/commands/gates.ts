import { Argument, Option } from 'commander';
import { listOpenGates } from '../../store/gates.js';
import { type CommandLine, gateIdOf } from '../command-line.js';
import { savedOnboarding } from '../known-onboarding.js';
import { personOf } from '../operator.js';
import { renderInbox } from '../render/gates.js';

/** `kobi gates`: the inbox of open gates over all tenants. */
export function registerGates(cli: CommandLine): void {
  cli
    .command(cli.program, 'gates', 'gates that wait for a decision, over all tenants, most urgent first')
    .addArgument(new Argument('[slug]', 'only of this tenant'))
    .addOption(new Option('--gate <gate>', 'only of this kind'))
    .addOption(new Option('--for <person>', 'only those that this person may decide (id or mail of people.yaml)'))
    .action((slug: string | undefined, options: { json?: boolean; gate?: string; for?: string }) =>
      cli.run(options, async ({ session, now, paint }) => {
        const gate = options.gate === undefined ? {} : { gate: gateIdOf(options.gate) };
        const db = session.database();
        if (slug !== undefined) await savedOnboarding(db, slug);
        const open = await listOpenGates(db, {
          ...gate,
          ...(slug === undefined ? {} : { slug }),
          ...(options.for === undefined ? {} : { candidate: personOf(await session.people(), options.for) }),
        });
        return { json: open, lines: renderInbox(open, now, paint) };
      }),
    );
}
