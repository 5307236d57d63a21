import { counted } from '../../../domain/counted.js';
import type { Person } from '../../../domain/people.js';
import type { EventStatistics, ReasonCount } from '../../../store/event-statistics.js';
import type { EventRecord } from '../../../store/event-story.js';
import { Chart } from '../../layout/chart.js';
import { Instant } from '../../layout/instants.js';
import { Layout } from '../../layout/layout.js';
import { BacklogPart } from './backlog.js';
import { LatencyPart } from './latency.js';
import { OptimisationPart } from './optimisation.js';
import { countText, SAYS_OF_EVENT_STATE, SAYS_OF_MATCH_KEY, shareText, TONE_OF_EVENT_STATE } from './words.js';

export interface EventsPageProps {
  readonly slug: string;
  readonly statistics: EventStatistics;
  readonly newest: readonly EventRecord[];
  readonly viewer: Person;
  readonly csrfToken: string;
  readonly openGates: number;
  readonly zone: string;
  readonly now: Date;
}

/** Names in the chart; the table has all of them. */
const MOST_BARS = 15;
const STATES = ['sent', 'waiting', 'parked', 'refused', 'unmapped', 'dropped'] as const;

function Names({ statistics: { names, ofOtherNames } }: Pick<EventsPageProps, 'statistics'>) {
  return (
    <>
      <Chart
        title="Events by name"
        heads={['Name', 'Events']}
        bars={names.slice(0, MOST_BARS).map(({ name, total }) => ({ label: name, value: total, text: countText(total) }))}
      />
      <div class="scroll" role="region" aria-label="What became of each name" tabindex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">TikTok’s name</th>
              <th scope="col">Source</th>
              {STATES.map((state) => (
                <th scope="col" class="number">
                  {SAYS_OF_EVENT_STATE[state]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map(({ name, event, source, states }) => (
              <tr>
                <th scope="row">{name}</th>
                <td>{event ?? '–'}</td>
                <td>{source ?? '–'}</td>
                {STATES.map((state) => (
                  <td class="number">{countText(states[state])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {ofOtherNames === 0 ? null : <p class="soft">And {countText(ofOtherNames)} events of less frequent names.</p>}
    </>
  );
}

function Unmapped({ statistics: { unmapped } }: Pick<EventsPageProps, 'statistics'>) {
  if (unmapped.length === 0) return <p class="note good">Every name that came in is mapped, accepted or ignored.</p>;
  return (
    <>
      <Chart
        title="Events of names that are not mapped"
        heads={['Name', 'Events']}
        bars={unmapped.slice(0, MOST_BARS).map(({ name, count }) => ({ label: name, value: count, text: countText(count) }))}
      />
      <div class="scroll" role="region" aria-label="Names that are not mapped" tabindex={0}>
        <table class="stack">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Source</th>
              <th scope="col" class="number">
                Events
              </th>
              <th scope="col">What to do</th>
            </tr>
          </thead>
          <tbody>
            {unmapped.map(({ name, source, count, suggestion }) => (
              <tr>
                <th scope="row">{name}</th>
                <td data-label="Source">{source}</td>
                <td class="number" data-label="Events">
                  {countText(count)}
                </td>
                <td data-label="What to do">{suggestion}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Reasons({ reasons }: { readonly reasons: readonly ReasonCount[] }) {
  if (reasons.length === 0) return <p class="note good">No event was refused, dropped or parked.</p>;
  return (
    <>
      <Chart
        title="Events that were not sent, by reason"
        heads={['Reason', 'Events']}
        bars={reasons
          .slice(0, MOST_BARS)
          .map(({ reason, count }) => ({ label: reason.replaceAll('_', ' '), value: count, text: countText(count) }))}
      />
      <div class="scroll" role="region" aria-label="Why events were not sent" tabindex={0}>
        <table class="stack">
          <thead>
            <tr>
              <th scope="col">Why</th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Events
              </th>
              <th scope="col">What mends it</th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ state, reason, field, count, sentence, mend }) => (
              <tr>
                <th scope="row">
                  {sentence} <span class="soft">({field === null || field === '' ? reason : `${reason}, ${field}`})</span>
                </th>
                <td data-label="State">
                  <span class={`state ${TONE_OF_EVENT_STATE[state]}`}>{SAYS_OF_EVENT_STATE[state]}</span>
                </td>
                <td class="number" data-label="Events">
                  {countText(count)}
                </td>
                <td data-label="What mends it">{mend}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Newest({ slug, newest, zone, now }: Pick<EventsPageProps, 'slug' | 'newest' | 'zone' | 'now'>) {
  return (
    <div class="scroll" role="region" aria-label="The last events" tabindex={0}>
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">Came in</th>
            <th scope="col">State</th>
            <th scope="col">TikTok’s name</th>
            <th scope="col">Event id</th>
          </tr>
        </thead>
        <tbody>
          {newest.map((event) => (
            <tr>
              <th scope="row">
                <a href={`/tenants/${slug}/events/${event.id}`}>{event.name ?? 'without a name'}</a>
                {event.testEventCode === null ? null : <span class="soft"> (test)</span>}
              </th>
              <td data-label="Came in">
                <Instant at={event.receivedAt} zone={zone} now={now} />
              </td>
              <td data-label="State">
                <span class={`state ${TONE_OF_EVENT_STATE[event.state]}`}>{SAYS_OF_EVENT_STATE[event.state]}</span>
                {event.reason === null ? null : <span class="soft"> {event.reason.replaceAll('_', ' ')}</span>}
              </td>
              <td data-label="TikTok’s name">{event.event ?? '–'}</td>
              <td data-label="Event id">
                <code>{event.eventId ?? '–'}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Numbers({ statistics, zone, now }: Pick<EventsPageProps, 'statistics' | 'zone' | 'now'>) {
  const { total, tests, days, cut, states, byDay, match } = statistics;
  return (
    <>
      <p>
        <strong>{countText(total)}</strong> {total === 1 ? 'event' : 'events'} within {days} days:{' '}
        {STATES.map((state) => `${countText(states[state])} ${SAYS_OF_EVENT_STATE[state]}`).join(', ')}.
        {tests === 0 ? '' : ` Besides these ${counted(tests, 'test event')}.`}
      </p>
      {cut ? (
        <p class="note wait">More came in within the last two hours than can be counted quickly; they show within the next hours.</p>
      ) : null}
      <h2>Backlog</h2>
      <BacklogPart backlog={statistics.backlog} zone={zone} now={now} />
      <h2>Volume</h2>
      <Chart
        title="Events by day (UTC)"
        heads={['Day', 'Events']}
        bars={byDay.map(({ day, count }) => ({ label: day, value: count, text: countText(count) }))}
      />
      <Names statistics={statistics} />
      <h2>Names that are not mapped</h2>
      <Unmapped statistics={statistics} />
      <h2>Not sent, and why</h2>
      <Reasons reasons={statistics.reasons} />
      <h2>Match keys</h2>
      {match.sent === 0 ? (
        <p class="note">No event was acknowledged yet.</p>
      ) : (
        <Chart
          title="Share of acknowledged events that carry each match key"
          heads={['Match key', 'Share (events)']}
          bars={match.keys.map(({ key, count }) => ({ label: SAYS_OF_MATCH_KEY[key], value: count, text: shareText(count, match.sent) }))}
        />
      )}
      <h2>What ads can optimise for</h2>
      <OptimisationPart optimisation={statistics.optimisation} zone={zone} now={now} />
      <h2>Time to acknowledgement</h2>
      <LatencyPart latency={statistics.latency} />
    </>
  );
}

/** A tenant's conversion events: what came in, what became of it, what waits, and how long it took. */
export function EventsPage({ slug, statistics, newest, viewer, csrfToken, openGates, zone, now }: EventsPageProps) {
  return (
    <Layout title={`Events of ${slug}`} person={viewer} csrfToken={csrfToken} openGates={openGates} here="tenants">
      <h1>
        Events of <a href={`/tenants/${slug}`}>{slug}</a>
      </h1>
      {newest.length === 0 ? (
        <p class="note">No event came in yet. docs/events.md says how a site, an app or a CRM hands them in.</p>
      ) : (
        <>
          <Numbers statistics={statistics} zone={zone} now={now} />
          <h2>The last {newest.length}</h2>
          <Newest slug={slug} newest={newest} zone={zone} now={now} />
        </>
      )}
    </Layout>
  );
}
