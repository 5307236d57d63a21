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

/** A file's name in the account's library, at most 100 characters and unique there (facts 7.7); the hash tells versions apart. */
export function creativeFileName(slug: string, creativeId: string, sha256: string): string {
  return `kobi_${slug}_${creativeId.slice(0, 54)}_${sha256.slice(0, 8)}`;
}
