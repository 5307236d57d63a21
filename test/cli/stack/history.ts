import { describe, expect, it } from 'vitest';
import { onboardingWorkflowId } from '../../../src/contract/ids.js';
import type { OpsRoom } from './ops-room.js';

/** Runs after the onboardings: looks at what they left in the Temporal UI. */
export function everyEventTells(room: () => OpsRoom): void {
  describe('the history in the Temporal UI', () => {
    it.each(['cli_school', 'cli_shop', 'cli_tours'])('tells by a summary what each activity and each timer of %s is for', async (slug) => {
      const { temporal } = room();
      const { events } = await temporal.client.workflow.getHandle(onboardingWorkflowId(slug)).fetchHistory();
      const meant = (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes ?? event.timerStartedEventAttributes);
      expect(meant.filter((event) => event.timerStartedEventAttributes).length).toBeGreaterThan(0);
      expect(meant.filter((event) => !event.userMetadata?.summary).map((event) => String(event.eventId))).toEqual([]);
    });
  });
}
