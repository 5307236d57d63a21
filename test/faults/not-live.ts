import type { Client } from '@temporalio/client';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import type { OnboardingStatus } from '../../src/contract/status.js';

/** The checklists of the tenants that are not live, with what their runs are at. */
export async function notLive(client: Client, statuses: readonly OnboardingStatus[], slugs: ReadonlySet<string>): Promise<string> {
  const lines: string[] = [];
  for (const slug of slugs) {
    const saved = statuses.find((status) => status.slug === slug);
    if (saved?.state === 'live') continue;
    const described = await client.workflow.getHandle(onboardingWorkflowId(slug)).describe();
    const pending = (described.raw.pendingActivities ?? []).map(
      (activity) => `${activity.activityType?.name} attempt ${activity.attempt}: ${activity.lastFailure?.message ?? 'no failure yet'}`,
    );
    const steps = (saved?.steps ?? []).flatMap((step) =>
      step.state === 'done' || step.state === 'skipped' ? [] : [`${step.id} ${step.state}: ${step.note}`],
    );
    lines.push(`${slug} (${described.status.name}, ${saved?.state ?? 'not saved'}): ${[...steps, ...pending].join(' · ')}`);
  }
  return lines.join('\n');
}
