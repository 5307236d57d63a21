import { PARK_REASONS } from '../../../contract/event-reasons.js';
import type { EventBacklog } from '../../../store/event-statistics.js';
import { Chart } from '../../layout/chart.js';
import { Instant } from '../../layout/instants.js';
import { countText } from './words.js';

interface BacklogProps {
  readonly backlog: EventBacklog;
  readonly zone: string;
  readonly now: Date;
}

const SENTENCES: Readonly<Record<string, { readonly sentence: string; readonly mend: string }>> = PARK_REASONS;

function Breakers({ backlog: { breakers }, zone, now }: BacklogProps) {
  const stopped = breakers.filter(({ state }) => state !== 'closed');
  if (breakers.length === 0) return <p class="note">The event settings name no destination yet.</p>;
  if (stopped.length === 0) return <p>Nothing stops sending to {breakers.map(({ destination }) => destination).join(', ')}.</p>;
  return (
    <ul>
      {stopped.map(({ destination, state, why, until }) => (
        <li>
          <span class="state bad">{state === 'open' ? 'stopped' : 'trying again'}</span> {destination}: {why}
          {until === null ? null : (
            <>
              ; the next attempt <Instant at={until} zone={zone} now={now} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Parked({ backlog: { parked }, zone, now }: BacklogProps) {
  if (parked.length === 0) return null;
  return (
    <div class="scroll" role="region" aria-label="Parked events" tabindex={0}>
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Parked, because</th>
            <th scope="col" class="number">
              Events
            </th>
            <th scope="col">Oldest</th>
            <th scope="col">What mends it</th>
          </tr>
        </thead>
        <tbody>
          {parked.map(({ reason, count, oldestAt }) => (
            <tr>
              <th scope="row">{SENTENCES[reason]?.sentence ?? reason}</th>
              <td class="number" data-label="Events">
                {countText(count)}
              </td>
              <td data-label="Oldest">
                <Instant at={oldestAt} zone={zone} now={now} />
              </td>
              <td data-label="What mends it">{SENTENCES[reason]?.mend ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What waits and what is parked now, and what stops it. */
export function BacklogPart(props: BacklogProps) {
  const { backlog, zone, now } = props;
  const waits = backlog.waiting.some(({ count }) => count > 0);
  return (
    <>
      {waits && backlog.oldestAt !== null ? (
        <p class="note wait">
          Events wait to be sent; the oldest came in <Instant at={backlog.oldestAt} zone={zone} now={now} />.
        </p>
      ) : (
        <p class="note good">No event waits to be sent.</p>
      )}
      {waits ? (
        <Chart
          title="Waiting events by age"
          heads={['Age', 'Events']}
          bars={backlog.waiting.map(({ label, count, orMore }) => ({
            label,
            value: count,
            text: `${countText(count)}${orMore ? ' or more' : ''}`,
          }))}
        />
      ) : null}
      <Parked {...props} />
      <Breakers {...props} />
    </>
  );
}
