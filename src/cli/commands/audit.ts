import { Argument, Option } from 'commander';
import { type ChainReport, verifyChain } from '../../store/ledger.js';
import { EXPORT_FORMATS, type ExportFormat } from '../../store/ledger-export.js';
import type { CommandLine, EngineOptions } from '../command-line.js';
import { EXIT } from '../exit.js';
import { savedOnboarding } from '../known-onboarding.js';
import { table } from '../render/table.js';
import { clean, type Paint } from '../render/text.js';
import type { Terminal } from '../terminal.js';
import { counted } from '../../domain/counted.js';

function render(reports: readonly ChainReport[], paint: Paint): string[] {
  if (reports.length === 0) return ['the ledger is empty'];
  const bad = reports.filter((report) => report.fault !== null).length;
  return [
    ...table(
      ['tenant', 'rows', 'chain', 'head'],
      reports.map(({ slug, rows, head, fault }) => [
        slug,
        String(rows),
        fault === null ? paint('good', 'holds') : paint('bad', `broken at row ${fault.seq}: ${clean(fault.reason)}`),
        head,
      ]),
    ),
    bad === 0
      ? counted(reports.length, 'chain holds', 'chains hold')
      : `${bad} of ${counted(reports.length, 'chain')} ${bad === 1 ? 'is' : 'are'} broken; compare the heads with those you kept, and restore the database`,
  ];
}

/** JSON lines as the elements of one array, written as they come: a ledger may be larger than memory. */
async function asOneDocument(rows: AsyncIterable<string>, terminal: Terminal): Promise<void> {
  let last: string | undefined;
  terminal.out('[');
  for await (const row of rows) {
    if (last !== undefined) terminal.out(`${last},`);
    last = row;
  }
  if (last !== undefined) terminal.out(last);
  terminal.out(']');
}

/** `kobi audit verify` and `kobi audit export`: the ledger of every attempt, checked and handed out. */
export function registerAudit(cli: CommandLine): void {
  const audit = cli.program.command('audit').description('the ledger: every start, gate, verb and decision, refused ones too');
  cli
    .command(audit, 'verify', 'recompute every hash of the chains; exit 1 names the first bad row')
    .addArgument(new Argument('[slug]', 'only of this tenant'))
    .action((slug: string | undefined, options: { json?: boolean }) =>
      cli.run(options, async ({ session, paint }) => {
        const db = session.database();
        if (slug !== undefined) await savedOnboarding(db, slug);
        const reports = await verifyChain(db, slug);
        const holds = reports.every((report) => report.fault === null);
        return { json: { holds, chains: reports }, lines: render(reports, paint), exitCode: holds ? EXIT.done : EXIT.failed };
      }),
    );
  cli
    .engineCommand(audit, 'export', 'every row on standard output, as JSON Lines or CSV; --json makes one array of them')
    .addArgument(new Argument('[slug]', 'only of this tenant'))
    .addOption(new Option('--format <format>', 'the form').choices(EXPORT_FORMATS).default('jsonl'))
    .action((slug: string | undefined, options: EngineOptions & { format: ExportFormat }) =>
      cli.run(options, async ({ session, terminal, progress }) => {
        const rows = (await session.engine()).audit(options.json ? 'jsonl' : options.format, slug);
        progress.stop();
        if (options.json) await asOneDocument(rows, terminal);
        else for await (const row of rows) terminal.out(row);
        return EXIT.done;
      }),
    );
}
