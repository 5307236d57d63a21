import { HTTPException } from 'hono/http-exception';
import { NoSigningKey } from '../../approvals/signing-keys.js';
import { CommandFault, EXIT } from '../../cli/exit.js';
import { isServerAway, isUnanswered } from '../../cli/run-access.js';
import type { Fault } from '../../domain/faults.js';
import { isDatabaseUnavailable } from '../../store/database.js';
import { SecretUnreadable } from '../../store/secrets.js';
import { TikTokError } from '../../tiktok/error.js';
import { NotSent } from '../../tiktok/not-sent.js';
import type { ProblemBody, RefusedStatus } from '../../cli/server/wire/refusal.js';

/** An answer that is not a success. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly status: RefusedStatus,
    readonly body: ProblemBody,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(body.message);
  }
}

/** Everything that is wrong with what was sent, at once. */
export function faulty(faults: readonly (Fault & { readonly file?: string })[]): Problem {
  const [first] = faults;
  const where = first?.path === '' ? '' : `${first?.path}: `;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return new Problem(400, {
    code: first?.problem === 'is not a field here' ? 'unknown_field' : 'bad_request',
    message: `${where}${first?.problem ?? 'is wrong'}${more}; nothing was done`,
    ...(first === undefined || first.path === '' ? {} : { field: first.path }),
    faults: faults.map((fault) => ({ ...fault, ...(fault.allowed ? { allowed: [...fault.allowed] } : {}) })),
  });
}

/** The same words whether there is no such tenant or this person does not see it, so that nobody finds out which. */
export function noSuchTenant(slug: string): Problem {
  return new Problem(404, {
    code: 'unknown_tenant',
    message: `there is no onboarding of ${JSON.stringify(slug)} that you see`,
    field: 'slug',
    mend: 'kobi list shows those that you see',
  });
}

export function forbidden(code: string, message: string): Problem {
  return new Problem(403, { code, message, mend: 'ask an admin for the role, or a person who has it' });
}

const AGAIN = 'send the same request with the same Idempotency-Key again: it has one effect';

function away(code: string, message: string): Problem {
  return new Problem(503, { code, message, mend: AGAIN }, { 'retry-after': '5' });
}

function ofCommandFault(fault: CommandFault): Problem {
  const { code, slug } = fault.details;
  if (code === 'unknown_tenant') return noSuchTenant(String(slug));
  if (code === 'gate_not_opened') return new Problem(404, { code, message: fault.message, field: 'gate' });
  if (fault.exitCode === EXIT.badInput) return new Problem(400, { code: 'bad_request', message: fault.message });
  if (code === 'outcome_unknown') return away(code, String(fault.details['cause']));
  return away(typeof code === 'string' ? code : 'not_now', fault.message);
}

/** What a caller is told of any error; undefined for those that only the log may tell. No address of ours is in it. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof CommandFault) return ofCommandFault(error);
  if (error instanceof HTTPException && error.status === 413)
    return new Problem(413, { code: 'too_large', message: 'more was sent than is taken at once', mend: 'send fewer tenants at a time' });
  if (isDatabaseUnavailable(error) || (error instanceof NotSent && isDatabaseUnavailable(error.cause)))
    return away('database_away', 'the database does not answer now');
  // By name, because its file loads the SDK's native parts.
  if (error instanceof Error && error.name === 'TemporalUnavailable')
    return away('temporal_away', 'the Temporal server does not answer now');
  if (isServerAway(error)) return away('temporal_away', 'the Temporal server does not answer now');
  if (isUnanswered(error)) return away('no_worker', 'no worker answered in time');
  if (error instanceof TikTokError || error instanceof NotSent) return away('tiktok_away', 'TikTok cannot be asked now');
  if (error instanceof NoSigningKey || error instanceof SecretUnreadable)
    return away('signing_unavailable', 'no decision can be signed now; an admin runs kobi doctor');
  return undefined;
}
