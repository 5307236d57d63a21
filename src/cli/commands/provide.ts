import { Argument, Option } from 'commander';
import { type CommandLine, type EngineOptions, slugArgument } from '../command-line.js';
import { badInput } from '../exit.js';
import type { AskedProvide } from '../operator-verbs.js';
import { verbAnswer } from '../verb-answer.js';

// A Spark code begins with #, which a shell takes for the beginning of a comment.
const HOW = "kobi provide TENANT spark-code POST 'CODE' (in quotes), or kobi provide TENANT test-event-code CODE";

function providedOf(what: string, values: readonly string[]): AskedProvide {
  const [first, second, ...rest] = values;
  if (what === 'test-event-code' && first !== undefined && second === undefined) return { kind: 'test_event_code', code: first };
  if (what === 'spark-code' && first !== undefined && second !== undefined && rest.length === 0) {
    return { kind: 'spark_code', post: first, code: second.trim() };
  }
  throw badInput(
    what === 'test-event-code' || what === 'spark-code'
      ? `wrong number of values for ${what}: ${HOW}`
      : `${JSON.stringify(what)} cannot be provided: ${HOW}`,
  );
}

/** `kobi provide`: hands in what a step waits for. A Spark code is encrypted before anything else sees it. */
export function registerProvide(cli: CommandLine): void {
  cli
    .engineCommand(
      cli.program,
      'provide',
      'hand in what a step waits for: a Spark code from the client, or a test event code from Events Manager',
    )
    .addArgument(slugArgument())
    .addArgument(new Argument('<what>', 'spark-code or test-event-code'))
    .addArgument(
      new Argument(
        '<values...>',
        "POST 'CODE' for spark-code, with the code in quotes because # begins a comment; CODE for test-event-code",
      ),
    )
    .addOption(new Option('--as <person>', 'who hands it in: id or mail of people.yaml; left out, whoever started the onboarding'))
    .addOption(new Option('--id <id>', 'the same id hears the same answer again, as after a lost one'))
    .action((slug: string, what: string, values: string[], options: EngineOptions & { as?: string; id?: string }) =>
      cli.run(options, async ({ session }) => {
        const provided = providedOf(what, values);
        return verbAnswer(await (await session.engine()).provide(slug, { as: options.as, id: options.id, what: provided }));
      }),
    );
}
