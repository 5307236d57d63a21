import { DeliveryFailed } from './channel.js';

const TIMEOUT_MS = 15_000;

/** Seconds, or a date. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return ms > 0 ? ms : undefined;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failure';
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'connection failed';
}

/**
 * Posts JSON and takes any 2xx as delivered. Redirects are not followed: the address is where it is meant to go.
 *
 * @throws DeliveryFailed without the address, which may be a secret by itself
 */
export async function postJson(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'user-agent': 'kobi-onboarding', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // Read by nobody, but left unread it would hold the connection.
    await response.body?.cancel();
  } catch (error) {
    throw new DeliveryFailed(`HTTP ${codeOf(error)}`);
  }
  if (response.ok) return;
  const after = retryAfterMs(response.headers.get('retry-after'));
  throw new DeliveryFailed(`HTTP status ${response.status}`, {
    forGood: response.status === 410,
    ...(after === undefined ? {} : { retryAfterMs: after }),
  });
}
