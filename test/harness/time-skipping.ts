import { randomUUID } from 'node:crypto';
import { Client, type Connection, type WorkflowHandle } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';

const { FastForwardPollingResult } = proto.temporal.api.enums.v1;
/** A time span as the SDK reads it: '2 days', or milliseconds. */
type Span = string | number;
type TimeSkippingConfig = proto.temporal.api.common.v1.ITimeSkippingConfig;

function configOf(stopAfter: Span | undefined): { id: string; timeSkippingConfig: TimeSkippingConfig } {
  const id = randomUUID();
  const fastForwardConfig = stopAfter === undefined ? null : { id, duration: msToTs(stopAfter) };
  return { id, timeSkippingConfig: { enabled: true, fastForwardConfig } };
}

/**
 * A client on the same connection whose starts skip time: virtual time leaps over timers and retry back-offs while no activity runs
 * and nobody else is in the way (facts: runtime). The SDK has no option for it, so the field is set on the request.
 *
 * @param stopAfter virtual time from the start of each run after which time is real again, so that a gate does not run away before the
 *   test answers; without it time leaps to the run's end. Go on with `fastForward`.
 */
export function skippingTime(
  connection: Connection,
  options: { namespace?: string; dataConverter?: DataConverter; stopAfter?: Span } = {},
): Client {
  const { namespace = 'default', dataConverter, stopAfter } = options;
  const service = connection.workflowService;
  const skipping: typeof service = Object.create(service, {
    startWorkflowExecution: {
      value: (request: Parameters<typeof service.startWorkflowExecution>[0]) =>
        service.startWorkflowExecution({ ...request, timeSkippingConfig: configOf(stopAfter).timeSkippingConfig }),
    },
    signalWithStartWorkflowExecution: {
      value: (request: Parameters<typeof service.signalWithStartWorkflowExecution>[0]) =>
        service.signalWithStartWorkflowExecution({ ...request, timeSkippingConfig: configOf(stopAfter).timeSkippingConfig }),
    },
    executeMultiOperation: {
      value: (request: proto.temporal.api.workflowservice.v1.IExecuteMultiOperationRequest) =>
        service.executeMultiOperation({
          ...request,
          operations: (request.operations ?? []).map((operation) =>
            operation.startWorkflow
              ? { startWorkflow: { ...operation.startWorkflow, timeSkippingConfig: configOf(stopAfter).timeSkippingConfig } }
              : operation,
          ),
        }),
    },
  });
  const wrapped: Connection = Object.create(connection, { workflowService: { value: skipping } });
  return new Client({ connection: wrapped, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
}

async function setTimeSkipping(client: Client, handle: WorkflowHandle, timeSkippingConfig: TimeSkippingConfig): Promise<void> {
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: handle.workflowId },
    workflowExecutionOptions: { timeSkippingConfig },
    updateMask: { paths: ['time_skipping_config'] },
  });
}

/**
 * Lets the run's virtual time go on by `duration` and waits until it has; then time is real again.
 * @throws Error when the run ended before
 */
export async function fastForward(client: Client, handle: WorkflowHandle, duration: Span): Promise<void> {
  const { id, timeSkippingConfig } = configOf(duration);
  await setTimeSkipping(client, handle, timeSkippingConfig);
  for (;;) {
    const { fastForwardPollingResult, failedReason } = await client.workflowService.pollWorkflowExecutionTimeSkipping({
      namespace: client.options.namespace,
      workflowExecution: { workflowId: handle.workflowId },
      fastForwardId: id,
    });
    if (fastForwardPollingResult === FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED) return;
    if (fastForwardPollingResult !== FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT)
      throw new Error(`${handle.workflowId} did not reach ${String(duration)} later: ${failedReason}`);
  }
}

/** Lets the run's virtual time leap to its end, without a stop. */
export async function skipToEnd(client: Client, handle: WorkflowHandle): Promise<void> {
  await setTimeSkipping(client, handle, configOf(undefined).timeSkippingConfig);
}
