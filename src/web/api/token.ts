import type { Context } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { callerAddress } from '../caller-address.js';
import type { Person } from '../../domain/people.js';
import { personOfAccessToken } from '../../store/access-tokens.js';
import type { DeskDependencies } from '../environment.js';
import { Problem } from './problem.js';

/** Ten wrong tokens of one address in a quarter of an hour, then it waits; a right one is never held up by others' wrong ones. */
const WRONG = { points: 10, duration: 900 };
const PER_MINUTE = 600;

async function spend(limiter: RateLimiterMemory, key: string, message: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
    throw new Problem(429, { code: 'too_many_requests', message, mend: `try again in ${seconds} s` }, { 'retry-after': String(seconds) });
  }
}

function tokenOf(c: Context): string | undefined {
  return /^Bearer +([\x21-\x7E]{1,200})$/i.exec(c.req.header('authorization') ?? '')?.[1];
}

const noToken = (message: string): Problem =>
  new Problem(
    401,
    { code: 'no_valid_token', message, mend: 'an admin makes a token with kobi token create PERSON; kobi login keeps it' },
    { 'www-authenticate': 'Bearer' },
  );

/**
 * Tells whose token a request carries, as people.yaml is now. Cookies count for nothing here, so that no page elsewhere can act in
 * somebody's name. The person may be disabled; what that forbids is the endpoint's to say.
 *
 * @throws Problem 401 or 429
 */
export function tokenReader(deps: DeskDependencies): (c: Context) => Promise<Person> {
  const { db, people, clock, api } = deps;
  const perMinute = api?.perMinute ?? PER_MINUTE;
  const wrong = new RateLimiterMemory(WRONG);
  const requests = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async (c) => {
    const token = tokenOf(c);
    if (token === undefined) throw noToken('this needs an access token: Authorization: Bearer TOKEN');
    const id = await personOfAccessToken(db, token, clock());
    const person = id === undefined ? undefined : (await people()).people.find((each) => each.id === id);
    if (!person) {
      await spend(wrong, callerAddress(deps, c), 'too many wrong tokens from this address');
      throw noToken('this token opens nothing: it is wrong, expired or revoked');
    }
    await spend(requests, person.id, `more than ${perMinute} requests of ${person.id} in a minute`);
    return person;
  };
}
