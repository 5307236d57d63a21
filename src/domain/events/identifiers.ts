import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { isHashed, sha256, usableHash } from './hashing.js';
import { textOf } from './plain-values.js';

/** Lower case and trimmed; nothing else, dots and plus tags stay (ga4-events facts, section 4). Undefined where it is no mail address. */
export function normalEmail(email: string): string | undefined {
  const normal = email.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+$/.test(normal) && normal.length <= 320 ? normal : undefined;
}

/** The country whose national numbers are understood; undefined where the phone library knows none of that code. */
export function phoneCountry(country: string | undefined): CountryCode | undefined {
  return country !== undefined && isSupportedCountry(country) ? country : undefined;
}

/**
 * E.164, such as +4915112345678. A possible number is enough: whether somebody has it, TikTok's matching tells.
 * @returns undefined where it is none, or has no country code and no default country
 */
export function normalPhone(phone: string, country: CountryCode | undefined): string | undefined {
  if (phone.length > 60) return undefined;
  const number = parsePhoneNumberFromString(phone, { ...(country ? { defaultCountry: country } : {}), extract: false });
  return number?.isPossible() && /^\+[1-9]\d{1,14}$/.test(number.number) ? number.number : undefined;
}

function hashedBy(value: unknown, normal: (text: string) => string | undefined): string | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (isHashed(text)) return usableHash(text);
  const plain = normal(text);
  return plain === undefined ? undefined : sha256(plain);
}

/** An e-mail address as TikTok takes it: normalised and hashed, or the hash that came in. */
export function hashedEmail(value: unknown): string | undefined {
  return hashedBy(value, normalEmail);
}

/** A phone number as TikTok takes it. */
export function hashedPhone(value: unknown, country: CountryCode | undefined): string | undefined {
  // As a number, 49151… has lost its plus sign, and in other places its leading zeros: nobody can tell which country it is of.
  return typeof value === 'number' ? undefined : hashedBy(value, (text) => normalPhone(text, country));
}

/** The tenant's own id of a person: trimmed and hashed, capitals stay, because pixel and server must use one rule. */
export function hashedExternalId(value: unknown): string | undefined {
  return hashedBy(value, (text) => text);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What systems hand out when the person allows no tracking. */
const NO_DEVICE = /^[0-]+$/;

/** Apple's advertising id: raw in capitals, because TikTok's page contradicts itself about the hashed form; a hash passes. */
export function advertisingIdOfApple(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (isHashed(text)) return usableHash(text);
  return UUID.test(text) && !NO_DEVICE.test(text) ? text.toUpperCase() : undefined;
}

/** Google's advertising id: lower case and hashed. */
export function advertisingIdOfGoogle(value: unknown): string | undefined {
  return hashedBy(value, (text) => (UUID.test(text) && !NO_DEVICE.test(text) ? text.toLowerCase() : undefined));
}
