import { ApplicationFailure } from '@temporalio/common';
import { NoSigningKey } from '../approvals/signing-keys.js';
import { FAILURES, isFailureCode } from '../contract/failures.js';
import { isDatabaseUnavailable } from '../store/database.js';
import { PeopleFileInvalid } from '../store/people-file.js';
import { SecretUnreadable } from '../store/secrets.js';
import { TikTokError } from '../tiktok/error.js';
import { NotSent } from '../tiktok/not-sent.js';
import { ConfigInvalid } from '../config.js';
import { CommandFault, failed } from './exit.js';
import { clean } from './render/text.js';
import { isServerAway, isUnanswered, serverRefusal } from './run-access.js';
import type { Session } from './session.js';

/** Host, port and name of the database; never the password. */
function databaseAddress(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return 'DATABASE_URL';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Something is away: what, and what brings it back. Both apart for `kobi doctor`, which prints them on two lines. */
function away(what: string, fix: string, facts: Readonly<Record<string, unknown>> = {}): CommandFault {
  return failed(`${what}: ${fix}`, { ...facts, what, fix });
}

/** Any error as sentences for a person, with the exit code: what is away, where, and the command that helps. */
export function explain(error: unknown, session: Session): CommandFault {
  if (error instanceof CommandFault) return error;
  const config = session.used.config;
  if (error instanceof ConfigInvalid) {
    const elsewhere =
      (session.settings['KOBI_SERVER'] ?? '') === ''
        ? ''
        : '\nthis command does not go over --server or KOBI_SERVER: it needs the settings themselves';
    return failed(`${error.message}${elsewhere}`, { settings: error.faults });
  }
  if (error instanceof PeopleFileInvalid) return failed(`the people file is not usable: ${clean(error.message)} (KOBI_PEOPLE_FILE)`);
  if (error instanceof NoSigningKey) return failed(clean(error.message));
  if (error instanceof SecretUnreadable) return failed(`${clean(error.message)}; set SECRETS_KEY to what the other processes have`);
  // By name, because its file loads the SDK's native parts.
  if (error instanceof Error && error.name === 'TemporalUnavailable' && 'what' in error && 'fix' in error)
    return away(clean(String(error.what)), String(error.fix));
  if (isDatabaseUnavailable(error) || (error instanceof NotSent && isDatabaseUnavailable(error.cause))) {
    return away(
      `the database does not answer at ${databaseAddress(config?.databaseUrl)}`,
      'start it with `npm run dev`, or set DATABASE_URL to the address of yours',
    );
  }
  if (isServerAway(error)) {
    const address = config?.temporal.address ?? 'TEMPORAL_ADDRESS';
    return away(`the Temporal server at ${address} went away`, 'start one with `npm run dev`, then ask again', { address });
  }
  if (isUnanswered(error))
    return failed('the Temporal server did not answer in time: is a worker running (npm run worker)? Then ask again');
  const refusal = serverRefusal(error);
  if (refusal) {
    const address = config?.temporal.address ?? 'TEMPORAL_ADDRESS';
    const what = refusal.noTemporal
      ? `what answers at ${address} is no Temporal server, or one of another age (${clean(refusal.words)})`
      : `the Temporal server at ${address} refuses: ${clean(refusal.words)}`;
    return away(what, 'kobi doctor says what is missing; TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE say which server is meant', { address });
  }
  if (error instanceof TikTokError) {
    const request = error.requestId === undefined ? '' : ` (TikTok's request ${error.requestId})`;
    return failed(`TikTok: ${clean(error.message)}${request}; kobi doctor says what is missing`);
  }
  if (error instanceof ApplicationFailure && isFailureCode(error.type))
    return failed(`${error.type}: ${clean(error.message)}. ${FAILURES[error.type].sentence}`);
  if (error instanceof Error && 'code' in error && error.code === '42P01') {
    return failed('the database has not our tables yet: start a worker (npm run worker), which brings them');
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return failed(`something unexpected happened: ${clean(text)} (KOBI_DEBUG=1 shows where)`);
}
