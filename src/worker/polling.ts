import type { NativeConnection, Worker } from '@temporalio/worker';

const ANSWER_WITHIN_MS = 2_000;

/**
 * Whether the server sees this worker poll: it runs, the server answers, and its task queue names the worker among the pollers. A
 * connection that broke shows as no answer; the SDK mends it by itself.
 */
export function pollingSeenByServer({
  worker,
  connection,
  namespace,
  taskQueue,
}: {
  worker: Worker;
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
}): () => Promise<boolean> {
  const { identity } = worker.options;
  const ask = async (): Promise<boolean> => {
    try {
      const { pollers } = await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue } }),
      );
      return worker.getState() === 'RUNNING' && (pollers ?? []).some((poller) => poller.identity === identity);
    } catch {
      return false;
    }
  };
  let asking: Promise<boolean> | null = null;
  // However many ask at the same time, the server is asked once.
  return async () => worker.getState() === 'RUNNING' && (await (asking ??= ask().finally(() => (asking = null))));
}
