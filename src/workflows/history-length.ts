import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { HISTORY_FULL } from '../contract/messages.js';

/** Temporal suggests to continue as new at 4,096 events. What is under way when a run decides to must still fit in before them. */
const LONG_EVENTS = 3_500;
const FULL_EVENTS = 3_900;

/** Whether the run is to continue as new as soon as its steps are at rest and its messages answered. */
export function historyIsLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= LONG_EVENTS;
}

/**
 * For the validators of updates: under a stream of messages that never ends there would be no moment in which all are answered, and the
 * run could never continue.
 *
 * @throws ApplicationFailure of the type HISTORY_FULL; clients send it again, and the next run answers
 */
export function refuseWhenFull(): void {
  if (workflowInfo().historyLength >= FULL_EVENTS)
    throw ApplicationFailure.nonRetryable('this run continues as a new one; send the same again in a second', HISTORY_FULL);
}
