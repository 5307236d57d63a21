import { Argument, Option } from 'commander';
import type { CommandLine, EngineOptions } from '../command-line.js';
import { EXIT } from '../exit.js';
import { planOfFile } from '../plan/plan-of-file.js';
import { renderPlan } from '../render/plan.js';
import { cleanDeep } from '../render/text.js';
import { warningNotes } from '../tenant-files.js';

/** `kobi plan FILE`: what a start would do; changes nothing. */
export function registerPlan(cli: CommandLine): void {
  cli
    .engineCommand(cli.program, 'plan', 'what a start would create, adopt, skip and ask; reads TikTok, changes nothing')
    .addArgument(new Argument('<file>', 'the tenant file, YAML or JSON'))
    .addOption(new Option('--offline', 'check the file without asking TikTok'))
    .addOption(new Option('--as <person>', 'who would start it and so decides none of its gates; left out, requested_by of the file'))
    .action((file: string, options: EngineOptions & { offline?: boolean; as?: string }) =>
      cli.run(options, async ({ session, paint }) => {
        const planned = options.offline
          ? await planOfFile(session, file, { offline: true, as: options.as })
          : await (await session.engine()).plan(file, options.as);
        const { plan } = planned;
        return {
          json: cleanDeep(plan),
          lines: renderPlan(plan, paint),
          notes: warningNotes(planned),
          exitCode: plan.findings.length === 0 ? EXIT.done : EXIT.failed,
        };
      }),
    );
}
