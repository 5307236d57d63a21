import { Argument, type Command, Option } from 'commander';
import { SKIPPABLE } from '../../domain/checklist.js';
import { actorOption, type CommandLine, type EngineOptions, reasonOption, slugArgument, stepArgument, stepOf } from '../command-line.js';
import { badInput } from '../exit.js';
import type { AskedVerb } from '../engine/engine.js';
import { reasonOf } from '../reason.js';
import { verbAnswer } from '../verb-answer.js';

interface Options extends EngineOptions {
  readonly as?: string;
  readonly reason: string;
  readonly id?: string;
}

function asked({ as, reason, id }: Options): AskedVerb {
  reasonOf(reason);
  return { as, reason, id };
}

function verb(cli: CommandLine, name: string, description: string): Command {
  return cli
    .engineCommand(cli.program, name, description)
    .addArgument(slugArgument())
    .addOption(actorOption())
    .addOption(reasonOption())
    .addOption(new Option('--id <id>', 'the same id hears the same answer again, as after a lost one'));
}

/** `kobi retry|skip|amend|pause|resume|cancel`: the operators' verbs, each with who and why in the ledger. */
export function registerVerbs(cli: CommandLine): void {
  verb(cli, 'retry', 'run a parked or waiting step again now; without a step, every parked one')
    .addArgument(stepArgument('the step'))
    .action((slug: string, stepText: string | undefined, options: Options) =>
      cli.run(options, async ({ session }) => {
        const step = stepText === undefined ? {} : { step: stepOf(stepText) };
        return verbAnswer(await (await session.engine()).retry(slug, { ...asked(options), ...step }));
      }),
    );

  verb(cli, 'skip', 'leave a step out, where that is allowed')
    .addArgument(new Argument('<step>', `one of ${[...SKIPPABLE].join(', ')}`))
    .action((slug: string, stepText: string, options: Options) =>
      cli.run(options, async ({ session }) => {
        const step = stepOf(stepText);
        if (!SKIPPABLE.has(step)) throw badInput(`${step} cannot be skipped; these can: ${[...SKIPPABLE].join(', ')}`);
        return verbAnswer(await (await session.engine()).skip(slug, { ...asked(options), step }));
      }),
    );

  verb(cli, 'amend', 'change the tenant; only what depends on the change runs again')
    .addOption(new Option('--file <file>', 'the changed tenant file').makeOptionMandatory())
    .action((slug: string, options: Options & { readonly file: string }) =>
      cli.run(options, async ({ session }) => {
        const { file } = options;
        return verbAnswer(await (await session.engine()).amend(slug, { ...asked(options), file }));
      }),
    );

  const whole: readonly (readonly [name: 'pause' | 'resume' | 'cancel', description: string])[] = [
    ['pause', 'start no further call until resumed; gates stay decidable'],
    ['resume', 'go on after a pause'],
    ['cancel', 'end the onboarding: undo newest first, list what TikTok does not let us undo'],
  ];
  for (const [name, description] of whole) {
    verb(cli, name, description).action((slug: string, options: Options) =>
      cli.run(options, async ({ session }) => {
        const input = asked(options);
        return verbAnswer(await (await session.engine())[name](slug, input));
      }),
    );
  }
}
