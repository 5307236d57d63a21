import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const made = new Map<string, Promise<string>>();

/** Workflow code as it is bundled: the file with the workflows, and what they share. */
export interface Sources {
  readonly workflowsPath: string;
  readonly preloadModules?: string[];
}

async function bundle(sources: Sources): Promise<string> {
  const { code } = await bundleWorkflowCode({ ...sources, logger: new DefaultLogger('ERROR') });
  const folder = mkdtempSync(join(tmpdir(), 'kobi-bundle-'));
  // Workers of several rounds read it, so it goes with this process.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'bundle.js');
  writeFileSync(file, code);
  return file;
}

/** The prebuilt bundle of a workflow file, as production's workers have one; it is gone when this process has ended. */
export async function bundled(sources: Sources): Promise<string> {
  const known = made.get(sources.workflowsPath) ?? bundle(sources);
  made.set(sources.workflowsPath, known);
  return known;
}
