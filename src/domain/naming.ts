import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { EventUpload } from '../contract/tenant.js';

/**
 * The names by which a lost create is found again; they match exactly, never by keyword (design, section 6.1).
 */
export function advertiserName(slug: string): string {
  return `kobi_${slug}_tiktok`;
}

/** Pixel names are at most 40 characters (facts 4.1); a slug of 31 gives 40. */
export function pixelName(slug: string): string {
  return `kobi_${slug}_web`;
}

export function catalogName(slug: string): string {
  return `kobi_${slug}_catalog`;
}

/** Names of CRM event sets are at most 40 characters (facts 4.6). */
export function eventSetName(slug: string, source: EventUpload): string {
  return `kobi_${slug}_${source}`;
}

/** A file's name in the account's library, at most 100 characters and unique there (facts 7.7); the hash tells versions apart. */
export function creativeFileName(slug: string, creativeId: string, sha256: string): string {
  return `kobi_${slug}_${creativeId.slice(0, 54)}_${sha256.slice(0, 8)}`;
}

/**
 * The name under which the secret store keeps a post's Spark code, the only form in which a code travels. Another code has another
 * name, so that whoever compares tenants or messages notices a new one.
 */
export function sparkCodeRef(slug: string, post: string, code: string): string {
  return `spark-code:${slug}:${post}:${bytesToHex(sha256(utf8ToBytes(code))).slice(0, 12)}`;
}
