import { isHashed } from './hashing.js';

/**
 * Mail addresses and phone numbers do not only stand where they belong: order forms put them into page addresses, search boxes and order
 * numbers, which are sent as they are. This finds them there.
 */

/** Bounded, so that a hostile text costs no more than its length. */
const MAIL = /[^\s@/?&=#:;,<>"]{1,64}(?:@|%40)[^\s@/?&=#:;,<>"]{1,190}\.\p{L}{2,}/iu;
const PERSONAL_PARAMETER = /^(?:e-?mail(?:_?address)?|mail|phone(?:_?number)?|tel(?:ephone)?|mobile|msisdn|first_?name|last_?name)$/i;

/**
 * The event's own raw identifiers, lower-case, phone numbers also as bare digits, so that they are recognised elsewhere in it.
 * @param values of its mail and phone fields, whatever they hold
 */
export function rawIdentifiers(values: readonly unknown[]): string[] {
  return values.flat().flatMap((value) => {
    if (typeof value !== 'string') return [];
    const raw = value.trim().toLowerCase();
    if (raw.length < 6 || isHashed(raw)) return [];
    const digits = /^[+\d\s()./-]+$/.test(raw) ? raw.replaceAll(/\D/g, '') : '';
    return digits.length >= 8 && digits !== raw ? [raw, digits] : [raw];
  });
}

/** Whether a text holds a mail address, or one of the event's own identifiers. */
export function holdsIdentifier(text: string, own: readonly string[]): boolean {
  if ((text.includes('@') || text.includes('%40')) && MAIL.test(text)) return true;
  if (own.length === 0) return false;
  const lower = text.toLowerCase();
  return own.some((raw) => lower.includes(raw));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function isPersonal(pair: string, own: readonly string[]): boolean {
  const cut = pair.indexOf('=');
  const name = decoded(cut < 0 ? pair : pair.slice(0, cut));
  const value = cut < 0 ? '' : pair.slice(cut + 1);
  if (PERSONAL_PARAMETER.test(name)) return value !== '' && !isHashed(value);
  return holdsIdentifier(pair, own) || holdsIdentifier(decoded(pair), own);
}

/**
 * A page's address without the parameters that hold an identifier; everything else stays letter by letter. A fragment or path that holds
 * one is cut off.
 */
export function withoutIdentifiers(address: string, own: readonly string[]): string {
  const hash = address.indexOf('#');
  const bare = hash < 0 ? address : address.slice(0, hash);
  const fragment = hash < 0 ? '' : address.slice(hash);
  const mark = bare.indexOf('?');
  const path = mark < 0 ? bare : bare.slice(0, mark);
  const pairs = mark < 0 ? [] : bare.slice(mark + 1).split('&');
  const kept = pairs.filter((pair) => !isPersonal(pair, own));
  const query = kept.length === pairs.length ? bare.slice(path.length) : kept.length === 0 ? '' : `?${kept.join('&')}`;
  const clean = (part: string): boolean => !holdsIdentifier(part, own) && !holdsIdentifier(decoded(part), own);
  const origin = /^https?:\/\/[^/]+/i.exec(path)?.[0] ?? '';
  return `${clean(path.slice(origin.length)) ? path : `${origin}/`}${query}${clean(fragment) ? fragment : ''}`;
}
