import { Argument, Option } from 'commander';
import { type CommandLine, type EngineOptions, gateIdOf } from '../command-line.js';
import { renderInbox } from '../render/gates.js';

/** `kobi gates`: the inbox of open gates over all tenants. */
export function registerGates(cli: CommandLine): void {
  cli
    .engineCommand(cli.program, 'gates', 'gates that wait for a decision, over all tenants, most urgent first')
    .addArgument(new Argument('[slug]', 'only of this tenant'))
    .addOption(new Option('--gate <gate>', 'only of this kind'))
    .addOption(new Option('--for <person>', 'only those that this person may decide now (id or mail of people.yaml)'))
    .action((slug: string | undefined, options: EngineOptions & { gate?: string; for?: string }) =>
      cli.run(options, async ({ session, now, paint }) => {
        const gate = options.gate === undefined ? {} : { gate: gateIdOf(options.gate) };
        const open = await (await session.engine()).gates({
          ...gate,
          ...(slug === undefined ? {} : { slug }),
          ...(options.for === undefined ? {} : { for: options.for }),
        });
        return { json: open, lines: renderInbox(open, now, paint) };
      }),
    );
}
