import { Argument, Option } from 'commander';
import { type CommandLine, slugArgument } from '../command-line.js';
import { sparkCodeSchema } from '../../contract/tenant-file.js';
import { badInput } from '../exit.js';
import type { AskedProvide } from '../operator-verbs.js';
import { operatorOf } from '../operator.js';
import { verbAnswer } from '../verb-answer.js';

const HOW = 'kobi provide TENANT spark-code POST CODE, or kobi provide TENANT test-event-code CODE';

function providedOf(what: string, values: readonly string[]): AskedProvide {
  const [first, second, ...rest] = values;
  if (what === 'test-event-code' && first !== undefined && second === undefined) return { kind: 'test_event_code', code: first };
  if (what === 'spark-code' && first !== undefined && second !== undefined && rest.length === 0) {
    const code = second.trim();
    // The code itself is a secret and is not said again.
    if (!sparkCodeSchema.safeParse(code).success)
      throw badInput(
        `what was given for ${JSON.stringify(first)} is no Spark code: # and about 60 letters, digits, + / = (in quotes, because # begins a comment)`,
      );
    return { kind: 'spark_code', post: first, code };
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
    .command(
      cli.program,
      'provide',
      'hand in what a step waits for: a Spark code from the client, or a test event code from Events Manager',
    )
    .addArgument(slugArgument())
    .addArgument(new Argument('<what>', 'spark-code or test-event-code'))
    .addArgument(new Argument('<values...>', 'POST CODE for spark-code, CODE for test-event-code'))
    .addOption(new Option('--as <person>', 'who hands it in: id or mail of people.yaml; left out, whoever started the onboarding'))
    .addOption(new Option('--id <id>', 'the same id hears the same answer again, as after a lost one'))
    .action((slug: string, what: string, values: string[], options: { json?: boolean; as?: string; id?: string }) =>
      cli.run(options, async ({ session }) => {
        const provided = providedOf(what, values);
        const people = await session.people();
        const onboardings = await session.onboardings();
        const actor = operatorOf(people, options.as ?? (await onboardings.status(slug)).status.startedBy, slug);
        return verbAnswer(
          await onboardings.provide(slug, { actor, what: provided, ...(options.id === undefined ? {} : { verbId: options.id }) }),
        );
      }),
    );
}
