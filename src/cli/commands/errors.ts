import { Argument } from 'commander';
import type { CommandLine, EngineOptions } from '../command-line.js';
import { badInput } from '../exit.js';
import { didYouMean } from '../near.js';
import { table } from '../render/table.js';

/** `kobi errors [CODE]`: the failure table, as every parked step names it. */
export function registerErrors(cli: CommandLine): void {
  cli
    .engineCommand(cli.program, 'errors', 'the failure codes: what each means and the command that mends it')
    .addArgument(new Argument('[code]', 'only this one'))
    .action((code: string | undefined, options: EngineOptions) =>
      cli.run(options, async ({ session }) => {
        const entries = await (await session.engine()).failures();
        if (code === undefined) {
          return {
            json: entries,
            lines: table(
              ['code', 'retried', 'meaning'],
              entries.map((entry) => [entry.code, entry.retryable ? 'yes' : 'no', entry.sentence]),
            ),
          };
        }
        const entry = entries.find((each) => each.code === code);
        const codes = entries.map((each) => each.code);
        if (!entry) throw badInput(`${JSON.stringify(code)} is no failure code${didYouMean(code, codes) || '; kobi errors lists them'}`);
        const retried = entry.retryable
          ? 'The engine tries again by itself before it parks the step.'
          : 'The engine does not try again by itself.';
        return { json: entry, lines: [`${entry.code}: ${entry.sentence}`, retried, `mend: ${entry.mend}`] };
      }),
    );
}
