import { inject } from 'vitest';
import { connectTemporal, connectWorker, type TemporalClient } from '../../src/temporal/connection.js';

export { freshDatabase, type FreshDatabase } from './databases.js';
export { collectHistory, HISTORIES, readHistory } from './histories.js';
export { fastForward, skippingTime, skipToEnd } from './time-skipping.js';

/** Address of the run's real Temporal server; namespace `default`, our search attributes registered. */
export function temporalAddress(): string {
  return inject('temporalAddress');
}

/** A client of the run's server; the caller closes it. */
export function connectToTestServer(): Promise<TemporalClient> {
  return connectTemporal({ address: temporalAddress(), env: {} });
}

/** A worker's connection to the run's server; the caller closes it. */
export function connectWorkerToTestServer(): ReturnType<typeof connectWorker> {
  return connectWorker({ address: temporalAddress(), env: {} });
}
