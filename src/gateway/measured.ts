import type { Metrics } from '../process/prometheus.js';
import type { Outcome } from './answers.js';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export interface Measured {
  request(form: string, status: number, seconds: number): void;
  events(form: string, counts: Readonly<Record<Outcome, number>>): void;
  uploadBytes(count: number): void;
}

/** What the gateway counts. No tenant, key or name of an event is a label. */
export function createMeasured(metrics: Metrics): Measured {
  const requests = metrics.counter('kobi_gateway_requests_total', 'Requests by form and HTTP status');
  const seconds = metrics.histogram('kobi_gateway_request_seconds', 'From the request to its answer', SECONDS);
  const events = metrics.counter('kobi_gateway_events_total', 'Events by form and what became of them');
  const bytes = metrics.counter('kobi_gateway_upload_bytes_total', 'Bytes of uploaded files that were received');
  return {
    request(form, status, took) {
      requests.add(1, { form, status: String(status) });
      seconds.record(took, { form });
    },
    events(form, counts) {
      for (const [outcome, count] of Object.entries(counts)) if (count > 0) events.add(count, { form, outcome });
    },
    uploadBytes: (count) => bytes.add(count),
  };
}
