import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { workflowSources } from '../../src/worker/workflow-code.js';

const root = resolve(import.meta.dirname, '..', '..');
const PARTS = ['src/workflows', 'src/domain', 'src/contract'];

function codeHash(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const part of PARTS) {
    const files = readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    for (const file of files.toSorted()) hash.update(file).update(readFileSync(join(root, part, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The workflow code as one file, bundled when the code changed: workers and replays start in a second with it. KOBI_TEST_WORKFLOW_BUNDLE
 * names another file, by which a test shows what other code would do.
 */
export async function workflowBundle(): Promise<string> {
  const given = process.env.KOBI_TEST_WORKFLOW_BUNDLE;
  if (given) return given;
  const path = join(tmpdir(), `kobi-workflows-${codeHash()}.js`);
  if (existsSync(path)) return path;
  const { code } = await bundleWorkflowCode({ ...workflowSources(), logger: new DefaultLogger('ERROR') });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, code);
  renameSync(fresh, path);
  return path;
}
