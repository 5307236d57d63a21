/** Fields of an event as data that nobody checked: what a field says, or that it says nothing. */

export type Fields = Readonly<Record<string, unknown>>;

/** Senders' ways of saying nothing; hashed or sent on, they would join strangers. */
const NOTHING = new Set(['', 'undefined', 'null', '[object object]']);

/** Control characters and halves of characters, which neither PostgreSQL nor TikTok can keep. */
const BROKEN = /[\p{Cc}\p{Cs}]/u;

/** A JSON object, not a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value says nothing: absent, empty, only white space, or the words `undefined` and `null`. */
export function saysNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && NOTHING.has(value.trim().toLowerCase()));
}

/** Text or a whole number as text, trimmed; undefined where there is none or it holds control characters. */
export function textOf(value: unknown): string | undefined {
  if (saysNothing(value)) return undefined;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return BROKEN.test(text) ? undefined : text;
}

/** The first of some fields that says anything. */
export function firstOf(fields: Fields, ...names: readonly string[]): unknown {
  for (const name of names) {
    if (Object.hasOwn(fields, name) && !saysNothing(fields[name])) return fields[name];
  }
  return undefined;
}

/** A plain decimal number, also written as text; undefined for everything else (thousands separators, signs, infinity). */
export function amountOf(value: unknown): number | undefined {
  const written = typeof value === 'string' ? value.trim() : value;
  if (typeof written === 'string' && !/^\d{1,15}(?:\.\d{1,12})?$/.test(written)) return undefined;
  const number = typeof written === 'string' ? Number(written) : written;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 && number < 1e15 ? number : undefined;
}
