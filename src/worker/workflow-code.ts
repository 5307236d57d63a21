import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What the worker runs as workflows: the bundle that `npm run build` made (about 100 MB less memory than bundling at start), or the
 * sources in development.
 */
export function workflowCode(bundle?: string): { workflowBundle: { codePath: string } } | { workflowsPath: string } {
  const built = bundle ?? fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));
  if (bundle !== undefined || existsSync(built)) return { workflowBundle: { codePath: built } };
  const source = new URL('../workflows/index.ts', import.meta.url);
  return { workflowsPath: fileURLToPath(existsSync(source) ? source : new URL('../workflows/index.js', import.meta.url)) };
}
