import { Command, CommanderError } from 'commander';
import { createCommandLine } from './command-line.js';
import { registerAudit } from './commands/audit.js';
import { registerCreatives } from './commands/creatives.js';
import { registerDecide } from './commands/decide.js';
import { registerDoctor } from './commands/doctor.js';
import { registerEnvelope } from './commands/envelope.js';
import { registerErrors } from './commands/errors.js';
import { registerEvents } from './commands/events.js';
import { registerGate } from './commands/gate.js';
import { registerGates } from './commands/gates.js';
import { registerLink } from './commands/link.js';
import { registerList } from './commands/list.js';
import { registerLogin } from './commands/login.js';
import { registerStatus } from './commands/status.js';
import { registerKeys } from './commands/keys.js';
import { registerPlan } from './commands/plan.js';
import { registerProvide } from './commands/provide.js';
import { registerReviews } from './commands/reviews.js';
import { registerStart } from './commands/start.js';
import { registerVerbs } from './commands/verbs.js';
import { registerToken } from './commands/token.js';
import { registerViews } from './commands/views.js';
import { registerWatch } from './commands/watch.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';

const registrations = [
  registerPlan,
  registerStart,
  registerList,
  registerStatus,
  registerWatch,
  registerGates,
  registerGate,
  registerDecide,
  registerEnvelope,
  registerReviews,
  registerProvide,
  registerLink,
  registerVerbs,
  registerDoctor,
  registerAudit,
  registerKeys,
  registerCreatives,
  registerEvents,
  registerErrors,
  registerToken,
  registerLogin,
  registerViews,
];

/**
 * Runs `kobi` once.
 *
 * @param words the arguments after the program's name
 * @param settings the environment, with what `npm run dev` left
 */
export async function runKobi(words: readonly string[], terminal: Terminal, settings: NodeJS.ProcessEnv): Promise<ExitCode> {
  const program = new Command('kobi')
    .description("Kobi's TikTok onboarding: start tenants, watch them, decide what waits for people")
    .showHelpAfterError('(kobi help COMMAND shows how it is used)')
    .exitOverride()
    // What stands behind a command is that command's own: `kobi link` and `kobi link list` both have --json.
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => terminal.out(text.trimEnd()), writeErr: (text) => terminal.err(text.trimEnd()) })
    .addHelpText(
      'after',
      '\nA tenant goes: plan FILE, start FILE, watch SLUG; gates, gate SLUG GATE, decide SLUG GATE approve --as PERSON.\nFrom another machine: kobi login --server URL, then the same with --server URL (or KOBI_SERVER).\nExit codes: 0 done, 1 failed, 2 bad input, 3 waiting for people. KOBI_DEBUG=1 shows the stack of an error.',
    );
  const line = createCommandLine(program, terminal, settings);
  for (const register of registrations) register(line);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return line.exitCode();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    throw error;
  }
}
