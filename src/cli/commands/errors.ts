import { Argument } from 'commander';
import { FAILURES, type FailureCode, isFailureCode } from '../../contract/failures.js';
import type { CommandLine } from '../command-line.js';
import { badInput } from '../exit.js';
import { didYouMean } from '../near.js';
import { table } from '../render/table.js';

const CODES = Object.keys(FAILURES).filter(isFailureCode);

function entryOf(code: FailureCode) {
  const { retryable, sentence, mend } = FAILURES[code];
  return { code, retryable, sentence, mend };
}

/** `kobi errors [CODE]`: the failure table, as every parked step names it. */
export function registerErrors(cli: CommandLine): void {
  cli
    .command(cli.program, 'errors', 'the failure codes: what each means and the command that mends it')
    .addArgument(new Argument('[code]', 'only this one'))
    .action((code: string | undefined, options: { json?: boolean }) =>
      cli.run(options, async () => {
        if (code === undefined) {
          const entries = CODES.map(entryOf);
          return {
            json: entries,
            lines: table(
              ['code', 'retried', 'meaning'],
              entries.map((entry) => [entry.code, entry.retryable ? 'yes' : 'no', entry.sentence]),
            ),
          };
        }
        if (!isFailureCode(code))
          throw badInput(`${JSON.stringify(code)} is no failure code${didYouMean(code, CODES) || '; kobi errors lists them'}`);
        const entry = entryOf(code);
        const retried = entry.retryable
          ? 'The engine tries again by itself before it parks the step.'
          : 'The engine does not try again by itself.';
        return { json: entry, lines: [`${entry.code}: ${entry.sentence}`, retried, `mend: ${entry.mend}`] };
      }),
    );
}
