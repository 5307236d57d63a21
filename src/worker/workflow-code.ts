import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What `npm run build` leaves beside the compiled sources. Whether the text of failures travels as a payload, which the codec
 * encrypts, is compiled into the workflow code: hence two bundles.
 */
export const BUNDLES = { plain: 'workflow-bundle.js', encrypting: 'workflow-bundle.encrypting.js' } as const;

/**
 * What the worker runs as workflows: the bundle that `npm run build` made (about 100 MB less memory than bundling at start), or the
 * sources in development.
 *
 * @param bundle path of another plain bundle; the encrypting one lies beside it, as `NAME.encrypting.js`
 * @throws Error when `bundle` is given and the one that is needed is not there
 */
export function workflowCode({
  bundle,
  encrypting,
}: {
  bundle: string | undefined;
  encrypting: boolean;
}): { workflowBundle: { codePath: string } } | { workflowsPath: string } {
  const built = fileURLToPath(new URL(`../../${encrypting ? BUNDLES.encrypting : BUNDLES.plain}`, import.meta.url));
  const codePath = bundle === undefined ? built : encrypting ? bundle.replace(/\.js$/, '.encrypting.js') : bundle;
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  if (bundle !== undefined)
    throw new Error(`KOBI_WORKFLOW_BUNDLE: there is no ${codePath}; make it with \`npm run build\`, or leave the setting out`);
  const source = new URL('../workflows/index.ts', import.meta.url);
  return { workflowsPath: fileURLToPath(existsSync(source) ? source : new URL('../workflows/index.js', import.meta.url)) };
}
