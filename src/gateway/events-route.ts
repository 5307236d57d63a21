import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, Handler } from 'hono';
import type { EventSource, EventVerdict } from '../contract/events.js';
import { deviceAddress, withBrowser } from '../domain/events/browser-request.js';
import type { Form, FormMessage } from '../domain/events/forms/form.js';
import { sourceNamed } from '../domain/events/forms/form.js';
import { judgeEvent, onlyFrom, tooLarge } from '../domain/events/judge.js';
import { isFields } from '../domain/events/plain-values.js';
import type { PreparedMap } from '../domain/events/prepared-map.js';
import { MAX_BATCH, takeInVerdicts } from '../events/intake.js';
import type { TenantMaps } from '../events/tenant-maps.js';
import { senderOf } from '../process/sender-address.js';
import type { OpenWriteKey } from '../store/event-write-keys.js';
import { type MessageAnswer, outcomeCounts } from './answers.js';
import { type Body, isTooLarge, readBody } from './body.js';
import type { GatewayDependencies } from './dependencies.js';
import type { RequestLimits } from './limits.js';
import type { Measured } from './measured.js';
import { checkOrigin } from './origins.js';
import { Refusal } from './refusal.js';
import { type KeyParameter, keyOf } from './write-key.js';

export interface Intake {
  readonly deps: GatewayDependencies;
  readonly limits: RequestLimits;
  readonly measured: Measured;
  readonly maps: TenantMaps;
}

/** One way in: what its bodies look like, and how it is answered. */
export interface FormRoute {
  /** As metrics name it. */
  readonly name: string;
  readonly read: (body: unknown, c: Context) => ReturnType<Form>;
  /** The query parameter in which the protocol carries its key. */
  readonly keyParameter?: KeyParameter;
  /** The protocol's senders do not name a content type. */
  readonly anyType?: boolean;
  /** @throws Refusal when the request is not of this tenant */
  readonly check?: (c: Context, prepared: PreparedMap) => void;
  /** The protocol answers nothing. */
  readonly silent?: (c: Context) => boolean;
}

/** Of a request with a key for browsers, which everybody can read in the page; browsers themselves send 64 kB from a page that is being left. */
const PAGE_BYTES = 1_048_576;

type Message = FormMessage | { readonly kind: 'judged'; readonly verdict: EventVerdict };

/** The caller's address; behind trusted proxies, the one that they saw. */
export function callerOf({ trustedProxies }: GatewayDependencies, c: Context): string {
  return senderOf(getConnInfo(c).remote.address ?? 'unknown', c.req.header('x-forwarded-for'), trustedProxies);
}

function tooMany(count: string): Refusal {
  return new Refusal(
    413,
    'too_many_events',
    `${count} events came at once; at most ${MAX_BATCH} are taken in`,
    'split them, or upload a file',
  );
}

/** The longest list in a body that can be one of events. */
function listed(value: unknown): number {
  const lists = isFields(value) ? [value.events, value.batch] : [value];
  return Math.max(0, ...lists.map((list) => (Array.isArray(list) ? list.length : 0)));
}

function messagesOf(body: Body, form: FormRoute, c: Context): readonly Message[] {
  // Before anything is made of each: millions of nothings fit into a body.
  const count = body.kind === 'lines' ? body.lines.length : listed(body.value);
  if (count > MAX_BATCH) throw tooMany(String(count));
  if (body.kind === 'lines')
    return body.lines.flatMap((line): readonly Message[] => {
      if ('verdict' in line) return [{ kind: 'judged', verdict: line.verdict }];
      const read = form.read(line.event, c);
      // A line that is no object, or no body of this form, is judged as what it is.
      return read.ok ? read.messages : [{ kind: 'event', event: undefined }];
    });
  const read = form.read(body.value, c);
  if (!read.ok)
    throw new Refusal(
      400,
      'not_this_form',
      read.sentence,
      'docs/events.md shows the form',
      {},
      read.field === '' ? {} : { field: read.field },
    );
  return read.messages.map((message) =>
    message.kind === 'event' && isTooLarge(message.event, body.bytes) ? { kind: 'judged', verdict: tooLarge() } : message,
  );
}

function sourceOfQuery(c: Context): EventSource | undefined {
  const named = c.req.query('source');
  if (named === undefined) return undefined;
  const source = sourceNamed(named);
  if (!source)
    throw new Refusal(
      400,
      'source_invalid',
      'the query names a source that is none of web, app, offline, crm',
      'name one of them, or none',
    );
  return source;
}

interface Judging {
  readonly c: Context;
  readonly prepared: PreparedMap;
  readonly key: OpenWriteKey;
  readonly address: string;
  readonly fromPage: boolean;
  readonly now: Date;
}

function judging({ c, prepared, key, address, fromPage, now }: Judging): (event: unknown) => EventVerdict {
  const source = sourceOfQuery(c);
  const browser = { ip: deviceAddress(address), userAgent: c.req.header('user-agent') };
  return (event) => {
    const sourced = source !== undefined && isFields(event) ? { ...event, source } : event;
    const whole = fromPage ? withBrowser(sourced, browser, prepared.settings.default_source) : sourced;
    const verdict = judgeEvent(prepared, whole, now);
    return key.origins.length > 0 ? onlyFrom(['web'], verdict) : verdict;
  };
}

export async function tenantMap({ maps }: Intake, slug: string, { settingsVersion }: OpenWriteKey): Promise<PreparedMap> {
  const prepared = settingsVersion === null ? undefined : await maps.of(slug, settingsVersion);
  if (prepared) return prepared;
  throw new Refusal(
    404,
    'no_event_settings',
    `${slug} has no event settings yet, so nobody knows where its events go`,
    `they come with the pixel of its onboarding; or kobi events settings set ${slug} FILE --as PERSON`,
  );
}

/**
 * Takes in events of one form. Everything is judged, stored in one transaction, and only then answered.
 * @throws Refusal for the request as a whole; nothing of it was taken in then
 */
export function eventsRoute(intake: Intake, form: FormRoute): Handler {
  const { deps, limits, measured } = intake;
  return async (c) => {
    const slug = c.req.param('slug') ?? '';
    const address = callerOf(deps, c);
    const done = limits.begin();
    let leave: () => void = () => undefined;
    try {
      const key = await keyOf(deps, c, slug, form.keyParameter).catch(async (error: unknown) => {
        if (error instanceof Refusal && error.status === 401) await limits.wrongKey(address);
        throw error;
      });
      const fromPage = checkOrigin(c, key);
      const spending = limits.of(key, address);
      leave = spending.begin();
      await spending.events(1);
      const maxBytes = key.origins.length > 0 ? Math.min(deps.limits.bodyBytes, PAGE_BYTES) : deps.limits.bodyBytes;
      const body = await readBody(c, { maxBytes, maxMs: deps.limits.bodyMs }, form.anyType);
      const prepared = await tenantMap(intake, slug, key);
      form.check?.(c, prepared);
      const messages = messagesOf(body, form, c);
      if (messages.length > MAX_BATCH) throw tooMany(String(messages.length));
      if (messages.length > 1) await spending.events(messages.length - 1);
      const now = deps.clock();
      const judge = judging({ c, prepared, key, address, fromPage, now });
      const verdicts = messages.flatMap((message) =>
        message.kind === 'event' ? [judge(message.event)] : message.kind === 'judged' ? [message.verdict] : [],
      );
      const stored = verdicts.length === 0 ? [] : await takeInVerdicts({ db: deps.eventsDb, prepared }, slug, verdicts, now);
      let next = 0;
      const results = messages.map((message): MessageAnswer => {
        if (message.kind === 'ignored') return { id: null, event_id: message.event_id, status: 'ignored', sentence: message.sentence };
        const answer = stored[next];
        next += 1;
        if (!answer) throw new Error('the intake answered fewer events than it was given');
        return answer;
      });
      const counts = outcomeCounts(results);
      measured.events(form.name, counts);
      if (form.silent?.(c) === true) return c.body(null, 204);
      return c.json({ counts, results });
    } finally {
      leave();
      done();
    }
  };
}
