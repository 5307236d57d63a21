import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { historyJson, parseHistory } from '../../scripts/histories/history-json.js';

/** Where the run's histories are kept until they are replayed; emptied when a run begins. */
export const HISTORIES = resolve(import.meta.dirname, '../../.test-histories');

/**
 * Writes the histories of all runs of a workflow, the newest and those it continued, as `<workflow id>@<run id>.json`.
 * @returns the files
 */
export async function collectHistory(client: Client, handle: WorkflowHandle): Promise<string[]> {
  await mkdir(HISTORIES, { recursive: true });
  const files: string[] = [];
  let runId: string | null | undefined = (await handle.describe()).runId;
  while (runId) {
    const history = await client.workflow.getHandle(handle.workflowId, runId).fetchHistory();
    const file = join(HISTORIES, `${encodeURIComponent(handle.workflowId)}@${runId}.json`);
    await writeFile(file, JSON.stringify(historyJson(history)));
    files.push(file);
    runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  }
  return files;
}

/** A history that `collectHistory` wrote, or that is stored, as `Worker.runReplayHistory` takes it. */
export async function readHistory(file: string): Promise<ReturnType<typeof parseHistory>> {
  return parseHistory(await readFile(file, 'utf8'));
}
