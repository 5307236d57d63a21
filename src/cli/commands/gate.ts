import { type CommandLine, gateArgument, gateIdOf, slugArgument } from '../command-line.js';
import { renderGate } from '../render/gates.js';
import { cleanDeep } from '../render/text.js';

/** `kobi gate SLUG GATE`: what an approver must see before deciding. */
export function registerGate(cli: CommandLine): void {
  cli
    .command(cli.program, 'gate', 'one gate with its evidence, who may decide, and the command that decides')
    .addArgument(slugArgument())
    .addArgument(gateArgument())
    .action((slug: string, gateText: string, options: { json?: boolean }) =>
      cli.run(options, async ({ session, now, paint }) => {
        const id = gateIdOf(gateText);
        const onboardings = await session.onboardings();
        const [gate, exhibits] = await Promise.all([onboardings.evidence(slug, id), onboardings.exhibits(slug, id)]);
        return { json: cleanDeep({ ...gate, exhibits }), lines: renderGate(slug, gate, exhibits, now, paint) };
      }),
    );
}
