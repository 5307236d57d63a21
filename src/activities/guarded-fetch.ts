import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import type { FailureCode } from '../contract/failures.js';
import { isLoopbackAddress, isLoopbackHost, isPublicAddress } from './addresses.js';
import { stepFailure } from './failure.js';

/** Example hosts and the loopback server that plays them, such as `http://127.0.0.1:4010`; for development and demos only. */
export type PlayedHosts = Readonly<Record<string, string>>;

export interface GuardSettings {
  readonly allowLoopback: boolean;
  readonly hosts?: PlayedHosts | undefined;
  /** The code of an address that may be fetched but does not answer as it should. */
  readonly brokenCode: Extract<FailureCode, 'landing_page_broken' | 'feed_unreachable'>;
  readonly maxBytes: number;
  /** What happens to an answer that is larger: `cut` keeps its beginning, `refuse` fails. */
  readonly larger: 'cut' | 'refuse';
  /** From the first lookup to the last byte, redirects included. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Told of each redirect that is followed. */
  readonly onRedirect?: (redirect: { readonly from: string; readonly to: string; readonly status: number }) => void;
}

export interface FetchedPage {
  readonly status: number;
  /** Where the redirects ended. */
  readonly address: string;
  readonly body: string;
  readonly cut: boolean;
}

export const PAGE_BYTES = 512 * 1024;
export const FEED_BYTES = 20 * 1024 * 1024;
const DEADLINE_MS = 10_000;
const MAX_REDIRECTS = 5;

function refused(address: string, rule: string): ApplicationFailure {
  return stepFailure('address_refused', `${address} may not be fetched: ${rule}`, { details: [address, rule] });
}

/** What an address may say of itself, before anything is looked up. */
function checkedUrl(address: string, { allowLoopback }: GuardSettings): URL {
  if (!URL.canParse(address)) throw refused(address, 'it is no address');
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') throw refused(`${url.protocol}//${url.host}`, 'it carries a user name or password');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(address, 'only https is fetched');
  const rule = literalRule(url, allowLoopback);
  if (rule !== undefined) throw refused(address, rule);
  if (url.protocol === 'http:' && !(allowLoopback && isLoopbackHost(url.hostname))) throw refused(address, 'only https is fetched');
  return url;
}

function addressRule(ip: string, allowLoopback: boolean): string | undefined {
  if (isPublicAddress(ip) || (allowLoopback && isLoopbackAddress(ip))) return undefined;
  return `${ip} is not on the public internet`;
}

/** The rule that a host breaks which is an IP address itself; such a host is never looked up. */
function literalRule(url: URL, allowLoopback: boolean): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) ? addressRule(host, allowLoopback) : undefined;
}

/** Resolves and judges in one: the connection goes to the very addresses that were judged, so a second answer of the DNS changes nothing. */
function guardedLookup(address: string, allowLoopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      const [first] = found;
      if (!first) return callback(new Error(`${hostname} has no address`), '', 0);
      const rule = found.map((entry) => addressRule(entry.address, allowLoopback)).find((text) => text !== undefined);
      if (rule !== undefined) return callback(refused(address, `${hostname} resolves to an address that is not allowed: ${rule}`), '', 0);
      return options.all ? callback(null, found) : callback(null, first.address, first.family);
    });
  };
}

/** Where the connection really goes: the server that plays an example host, or the address itself. */
function target(url: URL, settings: GuardSettings): { url: URL; allowLoopback: boolean } {
  const base = settings.hosts?.[url.hostname];
  if (base === undefined) return { url, allowLoopback: settings.allowLoopback };
  const played = new URL(base);
  if (!isLoopbackHost(played.hostname)) throw refused(url.href, `it is played by ${played.host}, which is not loopback`);
  played.pathname = url.pathname;
  played.search = url.search;
  return { url: played, allowLoopback: true };
}

function open(url: URL, settings: GuardSettings, signal: AbortSignal): Promise<IncomingMessage> {
  const to = target(url, settings);
  const request = to.url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const headers = {
      host: url.host,
      accept: 'text/html, text/csv, */*;q=0.5',
      'accept-encoding': 'identity',
      'user-agent': 'kobi-onboarding',
    };
    const call = request(
      to.url,
      { agent: false, headers, lookup: guardedLookup(url.href, to.allowLoopback), signal, maxHeaderSize: 16_384 },
      resolve,
    );
    call.once('error', reject);
    call.end();
  });
}

async function bodyOf(answer: IncomingMessage, maxBytes: number): Promise<{ body: string; cut: boolean }> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer) {
    if (!Buffer.isBuffer(part)) continue;
    parts.push(part);
    size += part.length;
    if (size > maxBytes) {
      answer.destroy();
      break;
    }
  }
  return { body: Buffer.concat(parts).subarray(0, maxBytes).toString('utf8'), cut: size > maxBytes };
}

/**
 * Fetches an address that a tenant gave, through the guard of design section 6.6: https (plain http for loopback only), public
 * addresses only, checked at the connection itself, no credentials, at most five redirects each checked again, a small answer, a
 * short time.
 *
 * @throws ApplicationFailure `address_refused` with the address and the rule, or `settings.brokenCode` when it does not answer
 */
export async function guardedFetch(address: string, settings: GuardSettings): Promise<FetchedPage> {
  const deadlineMs = settings.deadlineMs ?? DEADLINE_MS;
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = settings.signal ? AbortSignal.any([deadline, settings.signal]) : deadline;
  const broken = (text: string): ApplicationFailure => stepFailure(settings.brokenCode, `${address} ${text}`, { details: [address] });
  try {
    let url = checkedUrl(address, settings);
    for (let redirects = 0; ; redirects += 1) {
      const answer = await open(url, settings, signal);
      const status = answer.statusCode ?? 0;
      const { location } = answer.headers;
      if (status < 300 || status > 399 || location === undefined) {
        const { body, cut } = await bodyOf(answer, settings.maxBytes);
        if (cut && settings.larger === 'refuse') throw broken(`answers more than ${settings.maxBytes / 1024} kB`);
        return { status, address: url.href, body, cut };
      }
      answer.destroy();
      if (redirects >= MAX_REDIRECTS) throw broken(`redirects more than ${MAX_REDIRECTS} times`);
      if (!URL.canParse(location, url.href)) throw broken('redirects to something that is no address');
      const next = checkedUrl(new URL(location, url).href, settings);
      settings.onRedirect?.({ from: url.href, to: next.href, status });
      url = next;
    }
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    settings.signal?.throwIfAborted();
    if (deadline.aborted) throw broken(`did not answer within ${deadlineMs / 1_000} s`);
    throw broken(`does not answer: ${error instanceof Error ? error.message : 'the connection broke'}`);
  }
}
