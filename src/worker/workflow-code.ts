import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What `npm run build` leaves beside the compiled sources. Whether the text of failures travels as a payload, which the codec
 * encrypts, is compiled into the workflow code: hence two bundles.
 */
export const BUNDLES = { plain: 'workflow-bundle.js', encrypting: 'workflow-bundle.encrypting.js' } as const;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** A path of ours beside which lie sources in development and compiled files after a build. */
const sourceOf = (path: string): string => (existsSync(here(`${path}.ts`)) ? here(`${path}.ts`) : here(`${path}.js`));

/** The workflow code and what its workflows share, for whoever bundles it: `bundleWorkflowCode` or a worker. */
export function workflowSources(): { workflowsPath: string; preloadModules: string[] } {
  return { workflowsPath: sourceOf('../workflows/index'), preloadModules: [sourceOf('../contract/preloaded')] };
}

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
}): { workflowBundle: { codePath: string } } | { workflowsPath: string; bundlerOptions: { preloadModules: string[] } } {
  const built = here(`../../${encrypting ? BUNDLES.encrypting : BUNDLES.plain}`);
  const codePath = bundle === undefined ? built : encrypting ? bundle.replace(/\.js$/, '.encrypting.js') : bundle;
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  if (bundle !== undefined)
    throw new Error(`KOBI_WORKFLOW_BUNDLE: there is no ${codePath}; make it with \`npm run build\`, or leave the setting out`);
  const { workflowsPath, preloadModules } = workflowSources();
  return { workflowsPath, bundlerOptions: { preloadModules } };
}
