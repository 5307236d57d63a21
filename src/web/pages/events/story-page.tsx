import { BREAKER_REASONS, DROP_REASONS, type EventReason, PARK_REASONS, REJECT_REASONS } from '../../../contract/event-reasons.js';
import type { TrackEvent } from '../../../contract/events.js';
import type { Person } from '../../../domain/people.js';
import type { Breaker } from '../../../store/event-breakers.js';
import type { EventStory } from '../../../store/event-story.js';
import { Instant } from '../../layout/instants.js';
import { Layout } from '../../layout/layout.js';
import { countText, SAYS_OF_EVENT_STATE, TONE_OF_EVENT_STATE } from './words.js';

export interface StoryPageProps {
  readonly slug: string;
  readonly story: EventStory;
  /** What keeps the event from being sent now. */
  readonly stopped: readonly Breaker[];
  readonly viewer: Person;
  readonly csrfToken: string;
  readonly openGates: number;
  readonly zone: string;
  readonly now: Date;
}

const REASONS: Readonly<Record<string, EventReason>> = { ...REJECT_REASONS, ...DROP_REASONS, ...PARK_REASONS };

/** The page without its query: that holds the click id, and whatever else the site put into it. */
function placeOf(url: string): string {
  try {
    const { origin, pathname } = new URL(url);
    return `${origin}${pathname}`;
  } catch {
    return 'an address that cannot be read';
  }
}

/** What goes to TikTok, as far as a page may show it: of the person only which identifiers there are. */
function Payload({ payload }: { readonly payload: TrackEvent }) {
  const { user, page, properties } = payload;
  const fields = Object.entries(user).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  return (
    <>
      <h2>What goes to TikTok</h2>
      <dl>
        <dt>Happened</dt>
        <dd>{new Date(payload.event_time * 1_000).toISOString()}</dd>
        <dt>Identifiers of the person</dt>
        <dd>{fields.length === 0 ? 'none' : fields.toSorted().join(', ')}</dd>
        {page === undefined ? null : (
          <>
            <dt>Page</dt>
            <dd>{placeOf(page.url)}</dd>
          </>
        )}
        {payload.limited_data_use === true ? (
          <>
            <dt>Limited data use</dt>
            <dd>asked for</dd>
          </>
        ) : null}
      </dl>
      {properties === undefined ? null : <pre>{JSON.stringify(properties, null, 2)}</pre>}
    </>
  );
}

function Failures({ story, zone, now }: Pick<StoryPageProps, 'story' | 'zone' | 'now'>) {
  const { newest, before } = story.failures;
  if (newest.length === 0) return null;
  return (
    <>
      <h2>Requests that were not simply accepted</h2>
      {before === 0 ? null : (
        <p>
          The newest {newest.length}; there were {countText(before)} before them.
        </p>
      )}
      <ol class="events">
        {newest.map((failure) => (
          <li>
            <p>
              <Instant at={failure.at.toISOString()} zone={zone} now={now} />: {failure.outcome.replaceAll('_', ' ')}
              {failure.certain ? '' : '; TikTok may have taken it'}
            </p>
            <p class="row">
              {failure.code === null ? '' : `code ${failure.code} `}
              {failure.requestId === null ? '' : `request ${failure.requestId} `}
              {failure.detail ?? ''}
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

/** One event from its arrival to TikTok's answer, or why it was not sent. */
export function StoryPage({ slug, story, stopped, viewer, csrfToken, openGates, zone, now }: StoryPageProps) {
  const reason = story.reason === null ? undefined : REASONS[story.reason];
  const answer = story.state === 'sent' ? 'Acknowledged' : 'Settled';
  return (
    <Layout title={`Event ${story.id} of ${slug}`} person={viewer} csrfToken={csrfToken} openGates={openGates} here="tenants">
      <h1>
        {story.name ?? 'An event without a name'} <span class="soft">(event {story.id})</span>
      </h1>
      <p>
        <span class={`state ${TONE_OF_EVENT_STATE[story.state]}`}>{SAYS_OF_EVENT_STATE[story.state]}</span>{' '}
        {story.testEventCode === null ? '' : 'as a test event '}· one of the <a href={`/tenants/${slug}/events`}>events of {slug}</a>
      </p>
      {story.reason === null ? null : (
        <p class={`note ${TONE_OF_EVENT_STATE[story.state]}`}>
          {reason?.sentence ?? story.reason}
          {story.field === null || story.field === '' ? '' : ` (${story.field})`}
          {reason === undefined ? '' : ` To mend it: ${reason.mend}`}
        </p>
      )}
      {stopped.map(({ reason: why, openUntil }) => (
        <p class="note wait">
          It waits: {BREAKER_REASONS[why ?? 'unavailable']}.
          {openUntil === null ? null : (
            <>
              {' '}
              The next attempt <Instant at={openUntil.toISOString()} zone={zone} now={now} />.
            </>
          )}
        </p>
      ))}
      <dl>
        <dt>Came in</dt>
        <dd>
          <Instant at={story.receivedAt} zone={zone} /> (<Instant at={story.receivedAt} zone={zone} now={now} />)
        </dd>
        <dt>Event id</dt>
        <dd>
          <code>{story.eventId ?? 'none'}</code>
        </dd>
        <dt>Source</dt>
        <dd>{story.source ?? 'not to be told'}</dd>
        <dt>TikTok’s name</dt>
        <dd>{story.event ?? 'none'}</dd>
        <dt>Destination</dt>
        <dd>{story.eventSourceId ?? 'none'}</dd>
        <dt>Event map</dt>
        <dd>version {story.mapVersion}</dd>
        <dt>Attempts</dt>
        <dd>{story.attempts}</dd>
        {story.settledAt === null ? null : (
          <>
            <dt>{answer}</dt>
            <dd>
              <Instant at={story.settledAt} zone={zone} /> (<Instant at={story.settledAt} zone={zone} now={now} />)
            </dd>
          </>
        )}
        {story.code === null ? null : (
          <>
            <dt>TikTok’s code</dt>
            <dd>{story.code}</dd>
          </>
        )}
        {story.requestId === null ? null : (
          <>
            <dt>TikTok’s request</dt>
            <dd>
              <code>{story.requestId}</code>
            </dd>
          </>
        )}
      </dl>
      {story.payload === null ? null : <Payload payload={story.payload} />}
      <Failures story={story} zone={zone} now={now} />
    </Layout>
  );
}
