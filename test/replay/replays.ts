import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { workflowBundle } from '../faults/bundle.js';
import { readHistory } from '../harness/histories.js';

/** By file: why its history does not replay, or null when it does. */
export type Verdicts = ReadonlyMap<string, string | null>;

/** Replays the histories of onboardings on the workflow code as it is now. */
export async function replay(files: readonly string[]): Promise<Verdicts> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const histories = await Promise.all(files.map(async (file) => ({ workflowId: file, history: await readHistory(file) })));
  const verdicts = new Map<string, string | null>();
  const replayed = Worker.runReplayHistories({ workflowBundle: { codePath: await workflowBundle() } }, histories);
  for await (const { workflowId, error } of replayed) verdicts.set(workflowId, error ? error.message : null);
  return verdicts;
}
