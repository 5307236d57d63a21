import { tiktokWord } from '../../domain/tiktok-words.js';

/** What the probe writes as 0 or `no` of a picture, which has none of them. */
const OF_VIDEOS_ONLY: ReadonlySet<string> = new Set(['durationSec', 'bitrateKbps', 'audio']);
const TIKTOKS_WORDS: ReadonlySet<string> = new Set(['status', 'verificationStatus', 'paymentModel']);

/** Evidence as people read it: without measures that a picture does not have, TikTok's words with what they mean. Its hash is of the whole. */
export function readableEvidence(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readableEvidence);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const isImage = entries.some(([name, inner]) => name === 'kind' && inner === 'image');
  return Object.fromEntries(
    entries.map(([name, inner]) => {
      if (typeof inner === 'string' && TIKTOKS_WORDS.has(name)) return [name, tiktokWord(inner)];
      if (isImage && name === 'measured' && typeof inner === 'object' && inner !== null)
        return [name, Object.fromEntries(Object.entries(inner).filter(([measure]) => !OF_VIDEOS_ONLY.has(measure)))];
      return [name, readableEvidence(inner)];
    }),
  );
}
