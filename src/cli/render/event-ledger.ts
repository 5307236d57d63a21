import { BREAKER_REASONS, DROP_REASONS, type EventReason, PARK_REASONS, REJECT_REASONS } from '../../contract/event-reasons.js';
import type { AttemptsAt } from '../../store/event-attempts.js';
import type { Breaker } from '../../store/event-breakers.js';
import type { LedgerEvent } from '../../store/event-ledger.js';
import type { EventState } from '../../store/event-tables.js';
import { clean, type Paint, type Tone } from './text.js';
import { instant } from './time.js';

const TONE: Readonly<Record<EventState, Tone>> = {
  waiting: 'warn',
  sent: 'good',
  parked: 'bad',
  refused: 'bad',
  unmapped: 'warn',
  dropped: 'calm',
};

const REASONS: Readonly<Record<string, EventReason | undefined>> = { ...REJECT_REASONS, ...DROP_REASONS, ...PARK_REASONS };

/** The payload without what says who the person is: of the user only which fields were sent. */
function withoutPerson(payload: LedgerEvent['payload']): Readonly<Record<string, unknown>> | null {
  if (payload === null) return null;
  const { user, ...rest } = payload;
  return { ...rest, user: Object.keys(user) };
}

/** One event for scripts: no identifier of a person stands in it. */
export function eventForScripts({ payload, ...event }: LedgerEvent): Readonly<Record<string, unknown>> {
  return { ...event, sent: withoutPerson(payload) };
}

/** What happened to an event, one line for each thing that happened. */
export function eventStory(
  event: LedgerEvent,
  { attempts, breakers }: { readonly attempts: AttemptsAt; readonly breakers: readonly Breaker[] },
  now: Date,
  paint: Paint,
): string[] {
  const at = (moment: Date): string => instant(moment.toISOString(), now);
  const { state, reason, source, eventSourceId, testEventCode } = event;
  const known = reason === null ? undefined : REASONS[reason];
  const stopped = state === 'waiting' ? breakers : [];
  const waitsFor =
    event.leasedUntil !== null && event.leasedUntil > now
      ? 'is being sent'
      : stopped.length > 0
        ? 'until events are sent there again'
        : `next attempt ${event.nextAt === null ? '-' : at(event.nextAt)}`;
  const answer = `code ${event.code ?? '-'}, request ${event.requestId ?? '-'}`;
  return [
    `event ${event.id} of ${event.slug}: ${paint(TONE[state], state)}${reason === null ? '' : ` (${reason})`}`,
    `  came in   ${at(event.receivedAt)} as ${clean(event.name ?? '-')}, id ${clean(event.eventId ?? '-')}, from ${source ?? '-'}; judged by map ${event.mapVersion}`,
    ...(known === undefined
      ? []
      : [
          `  because   ${known.sentence}${event.field === null || event.field === '' ? '' : ` (${event.field})`}`,
          `  mend      ${known.mend}`,
        ]),
    ...(event.event === null
      ? []
      : [
          `  as        ${event.event} to ${source ?? '-'} ${eventSourceId ?? '-'}${testEventCode === null ? '' : `, as a test event (${testEventCode})`}`,
        ]),
    ...(attempts.before === 0 ? [] : [`  attempts  ${attempts.before.toLocaleString('en')} before these`]),
    ...attempts.newest.map(
      (attempt) =>
        `  attempt   ${at(attempt.at)}: ${attempt.outcome}${attempt.code === null ? '' : `, code ${attempt.code}`}${attempt.requestId === null ? '' : `, request ${attempt.requestId}`}` +
        `${attempt.certain ? '' : '; TikTok may have taken it'}${attempt.detail === null ? '' : `: ${clean(attempt.detail)}`}`,
    ),
    ...(state === 'sent' && event.settledAt !== null ? [`  sent      ${at(event.settledAt)}, ${answer}, attempt ${event.attempts}`] : []),
    ...(state === 'parked' && event.settledAt !== null ? [`  parked    ${at(event.settledAt)}, ${answer}`] : []),
    ...(state === 'waiting' ? [`  waits     ${waitsFor}`] : []),
    ...stopped.map(
      ({ reason: why, openUntil, code, requestId }) =>
        `  held up   ${why === null ? 'the breaker is open' : BREAKER_REASONS[why]} (code ${code ?? '-'}, request ${requestId ?? '-'}); tried again ${openUntil === null ? '-' : at(openUntil)}`,
    ),
    ...(event.payload === null ? [] : [`  payload   ${JSON.stringify(withoutPerson(event.payload))}`]),
  ];
}

/** How many are parked for a reason, why, and what mends it. */
export function parkedLine(slug: string, reason: string, count: number): string {
  const known = REASONS[reason];
  return `${count} ${reason}${known === undefined ? '' : `: ${known.sentence} ${known.mend.replaceAll('SLUG', slug)}`}`;
}

/** One event as a line of a list that grows. */
export function eventLine(event: LedgerEvent, paint: Paint): string {
  const why = event.reason ?? (event.state === 'sent' ? `request ${event.requestId ?? '-'}` : '');
  const cells = [event.receivedAt.toISOString().slice(0, 19).replace('T', ' '), event.id.padEnd(9), event.state.padEnd(8)];
  const line = `${cells.join(' ')} ${clean(event.name ?? '-').padEnd(20)} ${(event.event ?? '-').padEnd(20)} ${clean(event.eventId ?? '-').padEnd(20)} ${why}`;
  return line.trimEnd().replace(event.state, paint(TONE[event.state], event.state));
}
