import { LATENCY_BOUNDS_MS } from '../../../domain/events/latency.js';
import type { EventStatistics, Latency } from '../../../store/event-statistics.js';
import { Chart } from '../../layout/chart.js';
import { countText, shortTime } from './words.js';

const OVER = `over ${shortTime(LATENCY_BOUNDS_MS.at(-1) ?? 0)}`;

function within({ count }: Latency, ms: number | null): string {
  return count === 0 ? '–' : ms === null ? OVER : shortTime(ms);
}

function bars({ classes }: Latency) {
  return classes.flatMap((count, index) => {
    const bound = LATENCY_BOUNDS_MS[index];
    return count === 0 ? [] : [{ label: bound === undefined ? OVER : `up to ${shortTime(bound)}`, value: count, text: countText(count) }];
  });
}

/** How long events took until TikTok acknowledged them: from their arrival here, and from the moment when they happened. */
export function LatencyPart({ latency }: Pick<EventStatistics, 'latency'>) {
  const { fromArrival, fromEvent } = latency;
  if (fromArrival.count === 0) return <p class="note">No event was acknowledged yet, so there is nothing to measure.</p>;
  return (
    <>
      <div class="scroll" role="region" aria-label="Time to acknowledgement" tabindex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Until TikTok acknowledged it</th>
              <th scope="col" class="number">
                Half within (p50)
              </th>
              <th scope="col" class="number">
                95 % within (p95)
              </th>
            </tr>
          </thead>
          <tbody>
            {(
              [
                ['from its arrival here', fromArrival],
                ['from the event itself', fromEvent],
              ] as const
            ).map(([label, one]) => (
              <tr>
                <th scope="row">{label}</th>
                <td class="number">{within(one, one.p50Ms)}</td>
                <td class="number">{within(one, one.p95Ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Chart title="From arrival to acknowledgement" heads={['Time', 'Events']} bars={bars(fromArrival)} />
    </>
  );
}
