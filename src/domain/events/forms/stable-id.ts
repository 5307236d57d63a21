import { canonicalJson } from '../../canonical-json.js';
import { sha256 } from '../hashing.js';

/**
 * An id for an event whose sender gives none, made of what it says: the same at every attempt and another for another event.
 *
 * @param prefix says where it was made, such as `ga4`
 * @param content a JSON value that holds the moment of the event; without it two equal events would be one
 * @returns undefined for text that is no Unicode, which cannot be written one way, and for what is nested more deeply than can be written
 */
export function stableId(prefix: string, content: unknown): string | undefined {
  try {
    return `${prefix}-${sha256(canonicalJson(content)).slice(0, 40)}`;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}
