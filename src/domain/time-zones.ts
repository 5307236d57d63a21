const LISTED: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')];

function isKnown(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether TikTok takes the text as the account's time zone: an IANA name, such as Europe/Berlin or Etc/GMT+8 (facts 3.2).
 * Names are compared with their capitals, because TikTok gets the text as it stands.
 */
export function isTimeZone(name: string): boolean {
  if (LISTED.includes(name)) return true;
  const miswritten = LISTED.some((listed) => listed.toLowerCase() === name.toLowerCase());
  return !miswritten && /^[A-Z][A-Za-z]+(\/[A-Z][A-Za-z0-9_+-]*)+$/.test(name) && isKnown(name);
}

/** Names for suggestions. */
export const TIME_ZONES: readonly string[] = LISTED;
