import { proxyActivities } from '@temporalio/workflow';

export interface Attempted {
  attempt(): Promise<string>;
}

/** Runs the one activity until it answers or ends. */
export async function attempted(): Promise<string> {
  const { attempt } = proxyActivities<Attempted>({ startToCloseTimeout: 10_000, retry: { initialInterval: 1, maximumInterval: 1 } });
  return attempt();
}
