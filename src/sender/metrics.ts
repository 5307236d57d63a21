import type { MetricMeter } from '@temporalio/common';
import { PARK_REASONS } from '../contract/event-reasons.js';
import type { SendingObserver } from '../events/sending/dependencies.js';
import type { Database } from '../store/database.js';
import { readBacklog } from '../store/event-backlog.js';

/** Counts what becomes of events, and how long they took from acknowledged to sent. */
export function sendingMetrics(meter: MetricMeter): SendingObserver {
  const sent = meter.createCounter('kobi_events_sent', 'event', 'Events that TikTok took, by source');
  const parked = meter.createCounter('kobi_events_parked', 'event', 'Events that were parked, by reason');
  const failed = meter.createCounter('kobi_events_failed_requests', 'request', 'Requests that TikTok did not simply accept, by outcome');
  // Counted from nothing: of a counter that is born with its first events no alert sees them come.
  for (const reason of Object.keys(PARK_REASONS)) parked.add(0, { reason });
  const waited = meter.createHistogram('kobi_events_waited_milliseconds', 'int', 'ms', 'From acknowledged to sent, by source');
  return {
    sent(source, waitedMs) {
      sent.add(waitedMs.length, { source });
      // One of each batch: the longest. A histogram of every event would cost more than sending it.
      waited.record(Math.max(0, Math.round(waitedMs.reduce((a, b) => Math.max(a, b), 0))), { source });
    },
    parked: (reason, count) => parked.add(count, { reason }),
    failed: (outcome) => failed.add(1, { outcome }),
  };
}

interface Shown {
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Size and age of what waits and what is parked, and what is stopped, read from the database. Every sender reports the same numbers: take
 * the maximum, not the sum. A large backlog is counted less often, so that counting stays below a twentieth of the time.
 *
 * @returns stops the reading
 */
export function reportBacklog({
  meter,
  db,
  everyMs,
  clock,
  onError,
}: {
  readonly meter: MetricMeter;
  readonly db: Database;
  readonly everyMs: number;
  readonly clock: () => Date;
  readonly onError: (error: unknown) => void;
}): () => void {
  const size = meter.createGauge('kobi_events_backlog', 'int', 'event', 'Events that wait or are parked, by source and state');
  const age = meter.createGauge('kobi_events_backlog_age_seconds', 'int', 's', 'Age of the oldest of them');
  const stopped = meter.createGauge(
    'kobi_events_stopped',
    'int',
    'destination',
    'Destinations, or all at once, to which nothing is sent, by reason',
  );
  let shown: { backlog: Shown[]; stopped: Shown[] } = { backlog: [], stopped: [] };
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const report = async (): Promise<void> => {
    const backlog = await readBacklog(db);
    for (const { labels } of shown.backlog) {
      size.set(0, labels);
      age.set(0, labels);
    }
    for (const { labels } of shown.stopped) stopped.set(0, labels);
    const now = clock().getTime();
    for (const { source, state, count, oldestAt } of backlog.bySource) {
      size.set(count, { source, state });
      age.set(Math.max(0, Math.round((now - oldestAt.getTime()) / 1_000)), { source, state });
    }
    for (const { reason, count } of backlog.stopped) stopped.set(count, { reason });
    shown = {
      backlog: backlog.bySource.map(({ source, state }) => ({ labels: { source, state } })),
      stopped: backlog.stopped.map(({ reason }) => ({ labels: { reason } })),
    };
  };
  const tick = async (): Promise<void> => {
    const begun = Date.now();
    await report().catch(onError);
    const tookMs = Date.now() - begun;
    if (!ended) timer = setTimeout(() => void tick(), Math.max(everyMs, 20 * tookMs));
  };
  void tick();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
