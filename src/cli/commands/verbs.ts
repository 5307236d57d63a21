import { Argument, type Command, Option } from 'commander';
import type { VerbAnswer } from '../../contract/messages.js';
import { SKIPPABLE } from '../../domain/checklist.js';
import { asOption, type CommandLine, reasonOption, slugArgument, stepArgument, stepOf } from '../command-line.js';
import { badInput } from '../exit.js';
import { operatorOf } from '../operator.js';
import type { OnboardingClient } from '../onboarding-client.js';
import type { Session } from '../session.js';
import { tenantsOfFiles } from '../tenant-files.js';
import { verbAnswer } from '../verb-answer.js';

interface Options {
  readonly json?: boolean;
  readonly as: string;
  readonly reason: string;
  readonly id?: string;
}
interface Common {
  readonly actor: string;
  readonly reason: string;
  readonly verbId?: string;
}

async function common(session: Session, slug: string, { as, reason, id }: Options): Promise<Common> {
  if (reason.trim().length < 3) throw badInput('--reason needs at least three characters: it is what the ledger tells later');
  return { actor: operatorOf(await session.people(), as, slug), reason, ...(id === undefined ? {} : { verbId: id }) };
}

function verb(cli: CommandLine, name: string, description: string): Command {
  return cli
    .command(cli.program, name, description)
    .addArgument(slugArgument())
    .addOption(asOption())
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
        const input = await common(session, slug, options);
        return verbAnswer(await (await session.onboardings()).retry(slug, { ...input, ...step }));
      }),
    );

  verb(cli, 'skip', 'leave a step out, where that is allowed')
    .addArgument(new Argument('<step>', `one of ${[...SKIPPABLE].join(', ')}`))
    .action((slug: string, stepText: string, options: Options) =>
      cli.run(options, async ({ session }) => {
        const step = stepOf(stepText);
        if (!SKIPPABLE.has(step)) throw badInput(`${step} cannot be skipped; these can: ${[...SKIPPABLE].join(', ')}`);
        const input = await common(session, slug, options);
        return verbAnswer(await (await session.onboardings()).skip(slug, { ...input, step }));
      }),
    );

  verb(cli, 'amend', 'change the tenant; only what depends on the change runs again')
    .addOption(new Option('--file <file>', 'the changed tenant file').makeOptionMandatory())
    .action((slug: string, options: Options & { readonly file: string }) =>
      cli.run(options, async ({ session }) => {
        const [named] = await tenantsOfFiles([options.file]);
        if (!named) throw badInput('--file names no tenant file');
        if (named.tenant.slug !== slug) throw badInput(`${options.file} is of the tenant ${named.tenant.slug}, not of ${slug}`);
        const input = await common(session, slug, options);
        return verbAnswer(await (await session.onboardings()).amend(slug, { ...input, tenant: named.tenant }, named.sparkCodes));
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
        const input = await common(session, slug, options);
        const onboardings: Pick<OnboardingClient, typeof name> = await session.onboardings();
        const answer: VerbAnswer = await onboardings[name](slug, input);
        return verbAnswer(answer);
      }),
    );
  }
}
