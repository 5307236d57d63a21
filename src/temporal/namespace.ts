import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

const ALREADY_EXISTS = 6;

function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/**
 * Registers a namespace with a retention of 7 days, unless it is there, and waits until the server answers calls in it.
 * @throws what the server answered last, after `timeoutMs`
 */
export async function ensureNamespace(connection: Connection, namespace: string, timeoutMs = 30_000): Promise<void> {
  const { workflowService } = connection;
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('7 days') }).catch((error: unknown) => {
        if (codeOf(error) !== ALREADY_EXISTS) throw error;
      });
      await workflowService.listWorkflowExecutions({ namespace, pageSize: 1 });
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(100);
    }
  }
}
