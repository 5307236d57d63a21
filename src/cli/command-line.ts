import { Argument, type Command, Option } from 'commander';
import { GATE_IDS, STEP_IDS } from '../contract/checklist.js';
import { EXIT, type ExitCode } from './exit.js';
import { explain } from './explain.js';
import { didYouMean } from './near.js';
import { badInput } from './exit.js';
import { painter, type Paint } from './render/text.js';
import { createProgress, type Progress } from './progress.js';
import { openSession, type Session } from './session.js';
import type { Terminal } from './terminal.js';

/** What a command has to say: the facts for scripts, and the same for people. */
export interface Answer {
  readonly json: unknown;
  readonly lines: readonly string[];
  /** 0 unless told. */
  readonly exitCode?: ExitCode;
  /** Told on standard error, in both forms. */
  readonly notes?: readonly string[];
}

/** What every command that works at a desk too may be given. */
export interface EngineOptions {
  readonly json?: boolean | undefined;
  /** Address of a desk. */
  readonly server?: string | undefined;
}

export interface CommandContext {
  readonly session: Session;
  readonly terminal: Terminal;
  readonly paint: Paint;
  readonly json: boolean;
  readonly now: Date;
  readonly progress: Progress;
}

export interface CommandLine {
  readonly program: Command;
  /** A command with `--json`; its arguments and options are added by the caller. */
  command(parent: Command, name: string, description: string): Command;
  /** The same for a command that works at a desk too: with `--server`. */
  engineCommand(parent: Command, name: string, description: string): Command;
  /** Runs an action within a session, prints its answer or its fault, and keeps the exit code. */
  run(options: EngineOptions, action: (context: CommandContext) => Promise<Answer | ExitCode>): Promise<void>;
  readonly exitCode: () => ExitCode;
}

/** The words between `kobi` and a command below this one. */
function pathTo(parent: Command): string {
  return parent.parent === null ? '' : `${pathTo(parent.parent)}${parent.name()} `;
}

/** Commander's own text with our words: one error line, a near miss, and the exit code for bad input. */
export function createCommandLine(program: Command, terminal: Terminal, settings: NodeJS.ProcessEnv): CommandLine {
  let exitCode: ExitCode = EXIT.done;
  const command: CommandLine['command'] = (parent, name, description) =>
    parent
      .command(name)
      .description(description)
      .showHelpAfterError(`(kobi ${pathTo(parent)}${name} --help shows how it is used)`)
      .addOption(new Option('--json', 'answer as one JSON document'))
      .allowExcessArguments(false);
  return {
    program,
    command,
    engineCommand: (parent, name, description) => command(parent, name, description).addOption(serverOption()),
    exitCode: () => exitCode,
    async run({ json = false, server }, action) {
      const progress = createProgress(terminal);
      const session = openSession(server === undefined ? settings : { ...settings, KOBI_SERVER: server }, (what) => progress.on(what));
      try {
        const answer = await action({ session, terminal, paint: painter(terminal.color), json, now: terminal.now(), progress });
        progress.stop();
        if (typeof answer === 'number') {
          exitCode = answer;
          return;
        }
        for (const note of answer.notes ?? []) terminal.err(note);
        if (json) terminal.out(JSON.stringify(answer.json, null, 2));
        else for (const line of answer.lines) terminal.out(line);
        exitCode = answer.exitCode ?? EXIT.done;
      } catch (error) {
        progress.stop();
        const fault = explain(error, session);
        terminal.err(fault.message);
        if (json) terminal.out(JSON.stringify({ error: { message: fault.message, exitCode: fault.exitCode, ...fault.details } }, null, 2));
        if ((settings.KOBI_DEBUG ?? '') !== '' && error instanceof Error) terminal.err(error.stack ?? String(error));
        exitCode = fault.exitCode;
      } finally {
        progress.stop();
        await session.close();
      }
    },
  };
}

function oneOf<const Word extends string>(what: string, words: readonly Word[], shown: readonly string[] = words): (text: string) => Word {
  return (text) => {
    const plain = text.replaceAll('-', '_');
    const found = words.find((word) => word === plain);
    if (found === undefined)
      throw badInput(`${JSON.stringify(text)} is no ${what}${didYouMean(text, shown)} (allowed: ${shown.join(', ')})`);
    return found;
  };
}

/** Steps and gates by their names, hyphens allowed; whatever else is refused with the allowed ones. */
export const stepOf = oneOf('step', STEP_IDS);
export const gateIdOf = oneOf('gate', GATE_IDS);
export const verdictOf = oneOf(
  'verdict',
  ['approve', 'reject', 'request_changes', 'withdraw'],
  ['approve', 'reject', 'request-changes', 'withdraw'],
);

export const slugArgument = (): Argument => new Argument('<slug>', 'the tenant');
export const stepArgument = (description: string): Argument => new Argument('[step]', `${description} (${STEP_IDS.join(', ')})`);
export const gateArgument = (): Argument => new Argument('<gate>', `one of ${GATE_IDS.join(', ')}`);

/** Where the engine is asked over HTTP; left out, KOBI_SERVER, else the database and Temporal of the settings. */
export const serverOption = (): Option =>
  new Option('--server <url>', 'ask the desk at this address, as whoever kobi login says (KOBI_SERVER)');

/** The same as `asOption`, where the desk knows who is logged in. */
export const actorOption = (): Option =>
  new Option('--as <person>', 'who does this: id or mail of people.yaml; with --server, whoever is logged in');

/** Who does it, by id or mail of people.yaml. */
export const asOption = (): Option => new Option('--as <person>', 'who does this: id or mail of people.yaml').makeOptionMandatory();
export const reasonOption = (): Option => new Option('--reason <text>', 'why; it is kept in the ledger').makeOptionMandatory();
