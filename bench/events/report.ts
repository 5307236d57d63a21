import type { EventsResult } from './measure.js';

/** What has to be reached (issue "conversion events"): events a second end to end, and p99 from acknowledged to sent while keeping up. */
export const TARGET_PER_SECOND = 5_000;
export const TARGET_P99_MS = 2_000;

const whole = (value: number): string => value.toFixed(0);

/** The events' way as Markdown. */
export function eventsReport({ events, apart, load1m, floors, capacity, keepingUp, outage, bytesPerEvent }: EventsResult): string[] {
  const processes = Object.keys(capacity.cpuMsPerThousand);
  return [
    `### ${events} events${apart ? ' in a PostgreSQL of their own' : ''}, TikTok answering in 20 ms, load of the machine ${load1m}`,
    '',
    `${whole(capacity.perSecond)} events a second end to end (target ${TARGET_PER_SECOND}); while keeping up with ${whole(keepingUp.rate)} a second p99 ` +
      `${whole(keepingUp.p99Ms)} ms from acknowledged to sent (target ${TARGET_P99_MS}), p95 ${whole(keepingUp.p95Ms)}, p50 ${whole(keepingUp.p50Ms)}`,
    '',
    '| | events a second |',
    '| --- | --: |',
    `| floor: bare COPY of the same rows, no index | ${whole(floors.copy.perSecond)} |`,
    `| floor: a loop that only hashes and posts | ${whole(floors.post.perSecond)} |`,
    `| acknowledged by the gateway, sender at work | ${whole(capacity.handedIn.perSecond)} |`,
    `| **through intake, map, hash, store and send** | **${whole(capacity.perSecond)}** |`,
    `| acknowledged while TikTok is down | ${whole(outage.handedIn.perSecond)} |`,
    `| sent when it is back, from a backlog of ${outage.backlog}, after the breaker's ${whole(outage.heldUpSeconds)} s | ${whole(outage.drainedPerSecond)} |`,
    '',
    `| CPU ms per 1,000 events | ${processes.join(' | ')} |`,
    `| --- |${processes.map(() => ' --: |').join('')}`,
    `| as fast as it goes | ${processes.map((name) => whole(capacity.cpuMsPerThousand[name] ?? 0)).join(' | ')} |`,
    `| keeping up | ${processes.map((name) => whole(keepingUp.cpuMsPerThousand[name] ?? 0)).join(' | ')} |`,
    '',
    `answers of the gateway to 500 events: p95 ${whole(capacity.handedIn.p95Ms)} ms, while TikTok is down ${whole(outage.handedIn.p95Ms)} ms; ` +
      `bytes per event: table ${whole(bytesPerEvent.table)}, indexes ${whole(bytesPerEvent.indexes)}, WAL ${whole(bytesPerEvent.wal)}; ` +
      `memory MiB: gateway at most ${whole(capacity.peakMiB.gateway ?? 0)}, sender at most ${whole(capacity.peakMiB.sender ?? 0)}, ` +
      `before the backlog ${whole(outage.senderMiB.before)}, with it ${whole(outage.senderMiB.with)}, draining ${whole(outage.senderMiB.draining)}`,
  ];
}
