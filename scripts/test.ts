/**
 * The whole test run: types, lint and imports first, then every vitest project, then one plain closing line
 * `N passed, N failed`. Exit code 0 only when nothing failed and at least one test ran.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numFailedTestSuites: z.number(),
});

const checks: readonly { readonly title: string; readonly command: readonly string[] }[] = [
  { title: 'types', command: ['tsc', '--noEmit'] },
  { title: 'lint', command: ['oxlint', '--type-aware'] },
  { title: 'import directions', command: ['tsx', 'scripts/check-imports.ts'] },
];

function run(command: readonly string[]): number {
  const [program = '', ...words] = command;
  const result = spawnSync(join('node_modules', '.bin', program), words, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

let failed = 0;
let passed = 0;
for (const check of checks) {
  process.stdout.write(`== ${check.title}\n`);
  if (run(check.command) === 0) passed += 1;
  else {
    failed += 1;
    process.stdout.write(`FAILED: ${check.title}: run \`npx ${check.command.join(' ')}\` to see it alone\n`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'kobi-tests-'));
const reportFile = join(folder, 'report.json');
process.stdout.write('== tests (real Temporal server, PostgreSQL and HTTP; the first run builds the server, about 7 minutes)\n');
const status = run(['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...process.argv.slice(2)]);
try {
  const counts = report.parse(JSON.parse(readFileSync(reportFile, 'utf8')));
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  if (status !== 0 && counts.numFailedTests === 0) failed += Math.max(1, counts.numFailedTestSuites);
  if (counts.numPassedTests + counts.numFailedTests === 0) failed += 1;
} catch (error) {
  failed += 1;
  process.stdout.write(`FAILED: vitest left no readable report: ${error instanceof Error ? error.message : String(error)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
