import { type CommandLine, slugArgument } from '../command-line.js';
import { EXIT } from '../exit.js';
import { hasEnded } from '../follow.js';
import { showLive } from '../live-checklist.js';
import { renderChecklist } from '../render/checklist.js';
import { cleanDeep } from '../render/text.js';
import { statusForScripts } from './status.js';

/** `kobi watch SLUG`: the checklist as it changes, until the onboarding ends. */
export function registerWatch(cli: CommandLine): void {
  cli
    .command(cli.program, 'watch', 'the checklist as it changes, until the tenant is live or cancelled')
    .addArgument(slugArgument())
    .action((slug: string, options: { json?: boolean }) =>
      cli.run(options, async ({ session, terminal, paint, json, progress }) => {
        const onboardings = await session.onboardings();
        progress.stop();
        // In JSON the changes go unseen, so that the answer stays one document.
        const shown = json ? { ...terminal, live: false, out: () => undefined } : terminal;
        const status = await showLive(onboardings, slug, shown, hasEnded);
        return {
          json: cleanDeep(statusForScripts(status)),
          lines: renderChecklist(status, terminal.now(), paint),
          exitCode: status.state === 'live' ? EXIT.done : EXIT.failed,
        };
      }),
    );
}
