/**
 * The whole test run: types, lint and imports first, then every vitest project, then one plain closing line
 * `N passed, N failed`. Exit code 0 only when nothing failed and at least one test ran.
 *
 * Files with failures are run once more, alone. A test that passes only then is counted as passed and named as unsteady: it is to be
 * mended, but says nothing about the product. More than three such files are no matter of luck, and are not run again.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';

const fileReport = z.object({
  name: z.string(),
  status: z.string(),
  assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
});
type FileReport = z.infer<typeof fileReport>;
const report = z.object({ testResults: z.array(fileReport) });

const MOST_RUN_AGAIN = 3;

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

/** @returns vitest's own exit code, and its report of each file; none when it left none that can be read */
function vitest(title: string, words: readonly string[]): { status: number; files: readonly FileReport[] } {
  process.stdout.write(`== ${title}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'kobi-tests-'));
  const reportFile = join(folder, 'report.json');
  try {
    const status = run(['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...words]);
    return { status, files: report.parse(JSON.parse(readFileSync(reportFile, 'utf8'))).testResults };
  } catch (error) {
    process.stdout.write(`FAILED: vitest left no readable report: ${error instanceof Error ? error.message : String(error)}\n`);
    return { status: 1, files: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function testsOf(file: FileReport, outcome: 'passed' | 'failed'): string[] {
  return file.assertionResults.flatMap(({ fullName, status }) => (status === outcome ? [fullName] : []));
}

/** A file that fails outside its tests, in a hook or an import, is one failure. */
function failuresOf(file: FileReport): number {
  return Math.max(testsOf(file, 'failed').length, file.status === 'failed' ? 1 : 0);
}

/** The files, those with failures as they are when they are run again alone. */
function afterSecondRun(files: readonly FileReport[]): readonly FileReport[] {
  const bad = files.filter((file) => failuresOf(file) > 0);
  if (bad.length === 0 || bad.length > MOST_RUN_AGAIN || bad.some(({ name }) => name.includes(join('test', 'replay')))) return files;
  const names = bad.map(({ name }) => name);
  const again = vitest('the files with failures once more, alone', ['--project', 'tests', '--maxWorkers=1', ...names]).files;
  return files.map((file) => {
    const second = again.find(({ name }) => name === file.name);
    if (!names.includes(file.name) || second === undefined) return file;
    const failures = testsOf(file, 'failed');
    const which = relative(process.cwd(), file.name);
    if (failuresOf(second) === 0)
      process.stdout.write(`UNSTEADY: ${which}: ${failures.join('; ') || 'outside its tests'}: passed when run again alone; mend it\n`);
    return second;
  });
}

const { status, files } = vitest(
  'tests (real Temporal server, PostgreSQL and HTTP; the first run builds the server, about 7 minutes)',
  process.argv.slice(2),
);
const allPassed = files.every((file) => failuresOf(file) === 0);
for (const file of afterSecondRun(files)) {
  passed += testsOf(file, 'passed').length;
  failed += failuresOf(file);
}
// An error that belongs to no test, or a run without any.
if (allPassed && (status !== 0 || files.length === 0)) failed += 1;
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
