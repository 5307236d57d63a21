import { Argument, Option } from 'commander';
import type { CommandLine } from '../command-line.js';
import type { People } from '../../domain/people.js';
import { badInput, CommandFault, EXIT, type ExitCode } from '../exit.js';
import { endOfWait } from '../follow.js';
import { showLive } from '../live-checklist.js';
import { operatorOf } from '../operator.js';
import { renderDifferences } from '../render/differences.js';
import { type NamedTenant, tenantsOfFiles, warningNotes } from '../tenant-files.js';
import type { OnboardingClient } from '../onboarding-client.js';
import type { StartAnswer } from '../start-onboarding.js';

/** Starts at the same time; more would only queue at the server. */
const AT_ONCE = 10;

interface Started extends NamedTenant {
  readonly startedBy: string;
}

/** Who starts a tenant: whom the command names, else whom its file names. Decides none of its gates. */
function starterOf(people: People, { file, tenant }: NamedTenant, named: string | undefined): string {
  if (named !== undefined) return operatorOf(people, named, tenant.slug);
  try {
    return operatorOf(people, tenant.requestedBy, tenant.slug);
  } catch (error) {
    if (!(error instanceof CommandFault)) throw error;
    throw badInput(`requested_by of ${file} cannot start it (${error.message}); say who does with --as PERSON`);
  }
}

async function startAll(onboardings: OnboardingClient, tenants: readonly Started[]): Promise<StartAnswer[]> {
  const answers: StartAnswer[] = [];
  for (let from = 0; from < tenants.length; from += AT_ONCE) {
    const some = tenants.slice(from, from + AT_ONCE);
    answers.push(...(await Promise.all(some.map(({ tenant, startedBy, sparkCodes }) => onboardings.start(tenant, startedBy, sparkCodes)))));
  }
  return answers;
}

/** The worst of several: failed before waiting for people before done. */
function worst(codes: readonly ExitCode[]): ExitCode {
  const order = [EXIT.badInput, EXIT.failed, EXIT.waitingForPeople] as const;
  return order.find((code) => codes.includes(code)) ?? EXIT.done;
}

/** `kobi start FILE…`: every file is checked before any onboarding starts. */
export function registerStart(cli: CommandLine): void {
  cli
    .command(cli.program, 'start', 'start the onboarding of one or more tenant files; a running one of the same file is joined')
    .addArgument(new Argument('<file...>', 'tenant files, YAML or JSON'))
    .addOption(new Option('--as <person>', 'who starts it: id or mail of people.yaml; left out, whoever the file names in requested_by'))
    .addOption(new Option('--wait', 'until each is live or waits for people'))
    .action((files: string[], options: { json?: boolean; as?: string; wait?: boolean }) =>
      cli.run(options, async ({ session, terminal, json, progress }) => {
        const tenants = await tenantsOfFiles(files);
        const people = await session.people();
        const started = tenants.map((named) => ({ ...named, startedBy: starterOf(people, named, options.as) }));
        const onboardings = await session.onboardings();
        const answers = await startAll(onboardings, started);
        const notes = tenants.flatMap(warningNotes);
        const lines = answers.flatMap((answer) => [answer.message, ...renderDifferences(answer.differences)]);
        const refused = answers.map((answer): ExitCode => (answer.outcome === 'refused' ? EXIT.badInput : EXIT.done));
        if (!options.wait) {
          const next = answers
            .filter((answer) => answer.outcome === 'started' || answer.outcome === 'joined')
            .map((answer) => `next: kobi watch ${answer.slug}`);
          return { json: answers, lines: [...lines, ...next], notes, exitCode: worst(refused) };
        }
        progress.stop();
        if (!json) for (const line of lines) terminal.out(line);
        const quiet = { ...terminal, live: terminal.live && answers.length === 1 && !json, ...(json ? { out: () => undefined } : {}) };
        const waited = answers.filter((answer) => answer.outcome === 'started' || answer.outcome === 'joined');
        const ends = await Promise.all(
          waited.map(({ slug }) => showLive(onboardings, slug, quiet, (status) => endOfWait(status) !== undefined)),
        );
        const codes = ends.map((status) => endOfWait(status) ?? EXIT.failed);
        return {
          json: answers.map((answer) => ({ ...answer, state: ends.find((status) => status.slug === answer.slug)?.state ?? null })),
          lines: ends.map(
            (status) =>
              `${status.slug} is ${status.state}${endOfWait(status) === EXIT.waitingForPeople ? ` and waits for people: kobi gates ${status.slug}` : ''}`,
          ),
          notes,
          exitCode: worst([...refused, ...codes]),
        };
      }),
    );
}
