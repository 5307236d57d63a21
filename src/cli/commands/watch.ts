import { type CommandLine, type EngineOptions, slugArgument } from '../command-line.js';
import { EXIT } from '../exit.js';
import { hasEnded } from '../follow.js';
import { showLive } from '../live-checklist.js';
import { renderChecklist } from '../render/checklist.js';
import { cleanDeep } from '../render/text.js';
import { statusForScripts } from './status.js';

/** `kobi watch SLUG`: the checklist as it changes, until the onboarding ends. */
export function registerWatch(cli: CommandLine): void {
  cli
    .engineCommand(cli.program, 'watch', 'the checklist as it changes, until the tenant is live or cancelled')
    .addArgument(slugArgument())
    .action((slug: string, options: EngineOptions) =>
      cli.run(options, async ({ session, terminal, paint, json, progress }) => {
        const engine = await session.engine();
        progress.stop();
        // In JSON the changes go unseen, so that the answer stays one document.
        const shown = json ? { ...terminal, live: false, out: () => undefined } : terminal;
        const status = await showLive(engine, slug, shown, hasEnded);
        return {
          json: cleanDeep(statusForScripts(status)),
          lines: renderChecklist(status, terminal.now(), paint),
          exitCode: status.state === 'live' ? EXIT.done : EXIT.failed,
        };
      }),
    );
}
