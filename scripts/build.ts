/**
 * `npm run build`: what production runs, in `dist/` or the folder behind `--out`: compiled sources, and the workflow code as bundles,
 * which save a worker about 100 MB of memory and the seconds of bundling at each start.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { BUNDLES, workflowSources } from '../src/worker/workflow-code.js';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } });
const out = resolve(values.out);
const CONVERTER = join(root, 'src', 'temporal', 'failure-converter.cjs');

function compile(): void {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const { status, error } = spawnSync(tsc, ['-p', 'tsconfig.build.json', '--outDir', out], {
    cwd: root,
    stdio: ['ignore', process.stderr.fd, process.stderr.fd],
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) throw new Error('the sources do not compile: see above');
}

/** What is read or loaded by its path, such as pages' styles: the compiler does not see it. */
function copyAssets(): void {
  for (const part of ['src', 'simulator'])
    for (const name of readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })) {
      const [from, to] = [join(root, part, name), join(out, part, name)];
      if (!/\.(tsx?|md)$/.test(name) && statSync(from).isFile()) cpSync(from, to);
    }
}

async function bundle(name: string, failureConverterPath?: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    ...workflowSources(),
    logger: new DefaultLogger('ERROR'),
    ...(failureConverterPath === undefined ? {} : { failureConverterPath }),
  });
  writeFileSync(join(out, name), code);
}

try {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  compile();
  copyAssets();
  chmodSync(join(out, 'src', 'starter.js'), 0o755);
  await bundle(BUNDLES.plain);
  await bundle(BUNDLES.encrypting, CONVERTER);
  process.stdout.write(`built ${out}\n`);
} catch (error) {
  process.stderr.write(`npm run build failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
