import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { table } from '../src/cli/render/table.js';

const HELP = `Faults and abuse that the engine survives, on real processes

  npm run faults                   every case small, as in npm test
  npm run faults -- --all          every case whole
  npm run faults -- --case 3       only this case; may be given several times
  npm run faults -- --seed 7       other draws; the same seed makes the same run again (default ${20_260})
  npm run faults -- --json         the table as JSON on standard output

Exit code 0 only when every case that was asked for ran and held.
`;

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          title: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()),
        }),
      ),
    }),
  ),
});

interface Row {
  readonly case: number;
  readonly what: string;
  readonly result: 'held' | 'FAILED' | 'not run';
  readonly seconds: number;
  readonly seed: number;
  readonly why?: string;
}

function options() {
  const { values } = parseArgs({
    options: {
      all: { type: 'boolean', default: false },
      seed: { type: 'string', default: '20260' },
      case: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const whole = z.coerce.number().int();
  return { ...values, seed: whole.parse(values.seed), cases: values.case.map((each) => whole.positive().parse(each)) };
}

/** Runs the tests as vitest does, its lines going to standard error while they come. */
async function run(pattern: string, reportFile: string, env: Readonly<Record<string, string>>): Promise<number> {
  const vitest = join('node_modules', '.bin', 'vitest');
  const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${reportFile}`];
  const child = spawn(
    vitest,
    ['run', '--project', 'tests', 'test/faults', '--testNamePattern', pattern, '--hideSkippedTests', ...reporters],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    },
  );
  createInterface({ input: child.stdout }).on('line', (line) => process.stderr.write(`${line}\n`));
  return new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => settle(code ?? 1));
  });
}

function rowsOf(read: z.infer<typeof report>, wanted: readonly number[], seed: number): Row[] {
  const rows = read.testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ title, status, duration, failureMessages }): Row[] => {
      const [, number, what] = /^case (\d+): (.*)$/.exec(title) ?? [];
      if (number === undefined || what === undefined || status === 'skipped' || status === 'pending') return [];
      const [why] = failureMessages;
      const result = status === 'passed' ? 'held' : 'FAILED';
      const seconds = Math.round((duration ?? 0) / 100) / 10;
      return [{ case: Number(number), what, result, seconds, seed, ...(why === undefined ? {} : { why }) }];
    }),
  );
  const missing = wanted.filter((number) => !rows.some((row) => row.case === number));
  const absent = missing.map((number): Row => ({ case: number, what: 'no test of this case ran', result: 'not run', seconds: 0, seed }));
  return [...rows, ...absent].sort((one, other) => one.case - other.case);
}

async function main(): Promise<number> {
  const { all, seed, cases, json, help } = options();
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'kobi-faults-'));
  try {
    const reportFile = join(folder, 'report.json');
    process.stderr.write(`seed ${seed}, ${all ? 'whole' : 'small'}; each line is a case that is over\n`);
    const pattern = cases.length === 0 ? 'case \\d+: ' : `case (${cases.join('|')}): `;
    const exitCode = await run(pattern, reportFile, { FAULTS_SEED: String(seed), FAULTS_WHOLE: all ? '1' : '0' });
    const read = report.parse(JSON.parse(readFileSync(reportFile, 'utf8')));
    const rows = rowsOf(read, cases, seed);
    const broken = read.testResults.filter(({ message }) => (message ?? '') !== '').map(({ name, message }) => `${name}: ${message ?? ''}`);
    const held = exitCode === 0 && rows.length > 0 && rows.every(({ result }) => result === 'held');
    if (json) process.stdout.write(`${JSON.stringify({ held, seed, whole: all, cases: rows, broken }, null, 2)}\n`);
    else {
      const lines = rows.map((row) => [String(row.case), row.what, row.result, `${row.seconds} s`, String(row.seed)]);
      process.stdout.write(`\n${table(['case', 'what', 'result', 'took', 'seed'], lines).join('\n')}\n`);
      for (const line of broken) process.stdout.write(`did not run: ${line}\n`);
      const failed = rows.filter(({ result }) => result !== 'held').length + broken.length;
      process.stdout.write(`\n${rows.length - rows.filter(({ result }) => result !== 'held').length} held, ${failed} failed\n`);
    }
    return held ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`faults: ${error instanceof Error ? error.message : String(error)}; npm run faults -- --help\n`);
  process.exit(2);
}
