import { type CommandLine, type EngineOptions, gateArgument, gateIdOf, slugArgument } from '../command-line.js';
import { renderGate } from '../render/gates.js';
import { cleanDeep } from '../render/text.js';

/** `kobi gate SLUG GATE`: what an approver must see before deciding. */
export function registerGate(cli: CommandLine): void {
  cli
    .engineCommand(cli.program, 'gate', 'one gate with its evidence, who may decide, and the command that decides')
    .addArgument(slugArgument())
    .addArgument(gateArgument())
    .action((slug: string, gateText: string, options: EngineOptions) =>
      cli.run(options, async ({ session, now, paint }) => {
        const id = gateIdOf(gateText);
        const { gate, exhibits } = await (await session.engine()).gate(slug, id);
        return { json: cleanDeep({ ...gate, exhibits }), lines: renderGate(slug, gate, exhibits, now, paint) };
      }),
    );
}
