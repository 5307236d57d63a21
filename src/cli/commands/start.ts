import { Argument, Option } from 'commander';
import type { CommandLine, EngineOptions } from '../command-line.js';
import { EXIT, type ExitCode } from '../exit.js';
import { endOfWait } from '../follow.js';
import { showLive } from '../live-checklist.js';
import { renderDifferences } from '../render/differences.js';
import { warningNotes } from '../tenant-files.js';

/** The worst of several: failed before waiting for people before done. */
function worst(codes: readonly ExitCode[]): ExitCode {
  const order = [EXIT.badInput, EXIT.failed, EXIT.waitingForPeople] as const;
  return order.find((code) => codes.includes(code)) ?? EXIT.done;
}

/** `kobi start FILE…`: every file is checked before any onboarding starts. */
export function registerStart(cli: CommandLine): void {
  cli
    .engineCommand(cli.program, 'start', 'start the onboarding of one or more tenant files; a running one of the same file is joined')
    .addArgument(new Argument('<file...>', 'tenant files, YAML or JSON'))
    .addOption(new Option('--as <person>', 'who starts it: id or mail of people.yaml; left out, whoever the file names in requested_by'))
    .addOption(new Option('--wait', 'until each is live or waits for people'))
    .action((files: string[], options: EngineOptions & { as?: string; wait?: boolean }) =>
      cli.run(options, async ({ session, terminal, json, progress }) => {
        const engine = await session.engine();
        const { answers, warned } = await engine.start(files, options.as);
        const notes = warned.flatMap(warningNotes);
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
          waited.map(({ slug }) => showLive(engine, slug, quiet, (status) => endOfWait(status) !== undefined)),
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
