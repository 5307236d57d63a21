import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { workflowBundle } from '../faults/bundle.js';
import { readHistory } from '../harness/histories.js';

/** By file: why its history does not replay, or null when it does. */
export type Verdicts = ReadonlyMap<string, string | null>;

let installed = false;

/**
 * Replays the histories of onboardings.
 * @param code the workflow code as one file; the code as it is now when absent
 */
export async function replay(files: readonly string[], code?: string): Promise<Verdicts> {
  if (!installed)
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
    });
  installed = true;
  const histories = await Promise.all(files.map(async (file) => ({ workflowId: file, history: await readHistory(file) })));
  const verdicts = new Map<string, string | null>();
  const replayed = Worker.runReplayHistories({ workflowBundle: { codePath: code ?? (await workflowBundle()) } }, histories);
  for await (const { workflowId, error } of replayed) verdicts.set(workflowId, error ? error.message : null);
  return verdicts;
}
