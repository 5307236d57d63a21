import type proto from '@temporalio/proto';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import type { World } from './world.js';

export type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;

export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly history: proto.temporal.api.history.v1.IHistory;
  readonly events: readonly HistoryEvent[];
}

/** The newest run of a tenant and those that it continued, oldest first. */
export async function runsOf({ client }: World, slug: string): Promise<Run[]> {
  const workflowId = onboardingWorkflowId(slug);
  const runs: Run[] = [];
  let runId: string | null | undefined = (await client.workflow.getHandle(workflowId).describe()).runId;
  while (runId) {
    const history: Run['history'] = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const events: readonly HistoryEvent[] = history.events ?? [];
    runs.unshift({ workflowId, runId, history, events });
    runId = events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  }
  return runs;
}

/** Every text in a history, payloads decoded: what somebody sees who may read it. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => textsIn(item));
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap((item: unknown) => textsIn(item));
  return [];
}

/** The first argument of every scheduled activity of this name, oldest first. */
export function inputsOf(runs: readonly Run[], activity: string): unknown[] {
  return runs.flatMap(({ events }) =>
    events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
      if (scheduled?.activityType?.name !== activity) return [];
      const data = scheduled.input?.payloads?.[0]?.data;
      const parsed: unknown = data ? JSON.parse(Buffer.from(data).toString('utf8')) : undefined;
      return [parsed];
    }),
  );
}

/** An event's instant in epoch milliseconds. */
export function millisOf(time: HistoryEvent['eventTime']): number {
  return Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
}
