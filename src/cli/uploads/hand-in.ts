import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { badInput, failed } from '../exit.js';
import type { FileFacts } from './file-facts.js';
import { ERRORS_AT_ONCE, type UploadResult, type UploadWishes } from './upload-result.js';

const PIECE_BYTES = 4 * 1_048_576;
const LOOKS_EVERY_MS = 500;
const PATIENCE_MS = 60_000;
/** Attempts at one request, with growing pauses: a gateway that restarts is back by then. */
const ATTEMPTS = 6;

const counts = z.object({
  rows: z.number(),
  accepted: z.number(),
  repeated: z.number(),
  unmapped: z.number(),
  refused: z.number(),
  dropped: z.number(),
});
const uploadSchema = z.object({
  id: z.string(),
  state: z.enum(['receiving', 'importing', 'done', 'failed']),
  received_bytes: z.number(),
  lines_done: z.number(),
  counts,
  unknown_columns: z.array(z.string()),
  problem: z.string().nullable(),
});
const erroneousSchema = uploadSchema.extend({
  errors: z.array(z.object({ line: z.number(), field: z.string(), reason: z.string(), sentence: z.string() })),
});
const refusalSchema = z.object({ code: z.string(), message: z.string(), mend: z.string(), received_bytes: z.number().optional() });

/** Where a gateway is, without a slash at the end. */
export function gatewayAddress(text: string): string {
  const { protocol, hostname, origin, pathname } = URL.canParse(text) ? new URL(text) : new URL('none:');
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback))
    throw badInput(`--to ${text}: the address of a gateway, such as https://events.example.org; plain http only on loopback`);
  return `${origin}${pathname.replace(/\/$/, '')}`;
}

interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Hands a file in at a gateway. */
class Gateway {
  constructor(
    private readonly base: string,
    private readonly key: string,
  ) {}

  private async once({
    method,
    path,
    headers,
    body,
  }: Request): Promise<{ readonly status: number; readonly text: string; readonly wait: number } | undefined> {
    try {
      const response = await fetch(`${this.base}${path}`, {
        method,
        headers: { authorization: `Bearer ${this.key}`, ...headers },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return { status: response.status, text: await response.text(), wait: Number(response.headers.get('retry-after') ?? 0) };
    } catch (error) {
      // What fetch throws says that no answer came; the next attempt asks again.
      if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return undefined;
      throw error;
    }
  }

  /** @throws CommandFault with the gateway's own words */
  async ask(
    request: Request,
    accepts: (status: number) => boolean = (status) => status < 300,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    let told = 'no answer';
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (attempt > 0) await delay(250 * 2 ** attempt);
      const answer = await this.once(request);
      if (!answer) continue;
      const body = jsonOf(answer.text);
      if (accepts(answer.status)) return { status: answer.status, body };
      const refusal = refusalSchema.safeParse(body).data;
      told = refusal ? `${refusal.message} (${refusal.mend})` : `HTTP ${answer.status}`;
      if (answer.status !== 503 && answer.status !== 429)
        throw failed(`the gateway refused: ${told}`, { code: refusal?.code ?? answer.status });
      if (answer.wait > 0) await delay(Math.min(answer.wait, 30) * 1_000);
    }
    throw failed(`the gateway at ${this.base} did not take it: ${told}; run the same command again, and it goes on from there`);
  }
}

async function sendBytes(gateway: Gateway, path: string, file: FileFacts, received: number, tell: (bytes: number) => void): Promise<void> {
  const handle = await open(file.path, 'r');
  try {
    let at = received;
    while (at < file.sizeBytes) {
      const piece = new Uint8Array(Math.min(PIECE_BYTES, file.sizeBytes - at));
      const { bytesRead } = await handle.read(piece, 0, piece.length, at);
      if (bytesRead !== piece.length) throw failed(`${file.path} became shorter while it was handed in; run the same command again`);
      const headers = { 'content-type': 'application/octet-stream', 'upload-offset': String(at) };
      const { status, body } = await gateway.ask({ method: 'PATCH', path, headers, body: piece }, (code) => code < 300 || code === 409);
      // After a lost answer the gateway has more than we know.
      const wanted = refusalSchema.safeParse(body).data?.received_bytes ?? uploadSchema.safeParse(body).data?.received_bytes;
      if (status === 409 && wanted === undefined) throw failed('the gateway refused: the same file is being handed in by somebody else');
      at = wanted ?? at + piece.length;
      tell(at);
    }
  } finally {
    await handle.close();
  }
}

/**
 * Hands a file in at a gateway, going on where an earlier attempt stopped, and waits until it is imported.
 *
 * @param tell hears how far it came, in words
 * @throws CommandFault when the gateway refuses it, or does not answer for a while
 */
export async function handIn(
  { base, key, slug }: { readonly base: string; readonly key: string; readonly slug: string },
  { file, wishes }: { readonly file: FileFacts; readonly wishes: UploadWishes },
  tell: (what: string) => void,
): Promise<UploadResult> {
  const gateway = new Gateway(base, key);
  const at = `/v1/uploads/${encodeURIComponent(slug)}`;
  const announcement = {
    file_name: file.fileName,
    format: file.format,
    size_bytes: file.sizeBytes,
    sha256: file.contentHash,
    source: wishes.source,
    ...(wishes.eventName === null ? {} : { event_name: wishes.eventName }),
    ...(wishes.timeZone === null ? {} : { time_zone: wishes.timeZone }),
    again: wishes.again,
  };
  const announced = await gateway.ask({
    method: 'POST',
    path: at,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(announcement),
  });
  let upload = uploadSchema.parse(announced.body);
  const before = upload.state === 'done';
  const path = `${at}/${upload.id}`;
  if (upload.state === 'receiving')
    await sendBytes(gateway, path, file, upload.received_bytes, (bytes) =>
      tell(`${Math.floor((100 * bytes) / file.sizeBytes)} % handed in`),
    );
  for (;;) {
    upload = uploadSchema.parse((await gateway.ask({ method: 'GET', path: `${path}?errors=0` })).body);
    if (upload.state === 'done' || upload.state === 'failed') break;
    if (upload.state === 'receiving') throw failed('the gateway lost bytes of the file; run the same command again');
    tell(`imported up to line ${upload.lines_done}`);
    await delay(LOOKS_EVERY_MS);
  }
  const errors: z.infer<typeof erroneousSchema>['errors'] = [];
  for (;;) {
    const query = `errors=${ERRORS_AT_ONCE}&errors_after=${errors.at(-1)?.line ?? 0}`;
    const page = erroneousSchema.parse((await gateway.ask({ method: 'GET', path: `${path}?${query}` })).body);
    errors.push(...page.errors);
    if (page.errors.length < ERRORS_AT_ONCE) break;
  }
  const { id, state, counts: became, unknown_columns: unknownColumns, problem } = upload;
  return { id, state: state === 'done' ? 'done' : 'failed', before, counts: became, unknownColumns, problem, errors };
}
