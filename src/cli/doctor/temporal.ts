import { missingSearchAttributes } from '../../temporal/search-attributes.js';
import type { TemporalClient } from '../../temporal/connection.js';
import { type Check, checksOf } from './check.js';
import { counted } from '../../domain/counted.js';

const { ok, judged, fail } = checksOf('temporal');
const REGISTER =
  'npm run dev registers them; in production `node dist/src/temporal/prepare-namespace.js` does (docker-compose.yml runs it)';

function reason(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);
}

/** Server, namespace, search attributes, and whether a worker polls our queue. */
export async function checkTemporal({ connection, namespace }: TemporalClient, taskQueue: string): Promise<Check[]> {
  const { workflowService } = connection;
  const { serverVersion } = await workflowService.getSystemInfo({});
  const server = ok('server', `answers, version ${serverVersion || 'not told'}`);
  try {
    await workflowService.describeNamespace({ namespace });
  } catch (error) {
    return [
      server,
      fail(
        'namespace',
        `${namespace}: ${reason(error)}`,
        'set TEMPORAL_NAMESPACE, or register it: `node dist/src/temporal/prepare-namespace.js` does',
      ),
    ];
  }
  const { missing, wrongType } = await missingSearchAttributes(connection, namespace);
  const { pollers } = await workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue } });
  const count = pollers?.length ?? 0;
  const wrong = [...missing.map((name) => `${name} is missing`), ...wrongType.map((name) => `${name} has another type`)];
  return [
    server,
    ok('namespace', namespace),
    judged(wrong.length === 0, 'search attributes', wrong.join(', ') || 'all registered', REGISTER),
    judged(count > 0, 'worker', `${counted(count, 'poll')} of task queue ${taskQueue}`, 'start one: npm run worker'),
  ];
}
