import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { z } from 'zod';

const MEDIA: Readonly<Record<string, { readonly type: string; readonly media: 'video' | 'image' }>> = {
  '.mp4': { type: 'video/mp4', media: 'video' },
  '.mov': { type: 'video/quicktime', media: 'video' },
  '.jpg': { type: 'image/jpeg', media: 'image' },
  '.jpeg': { type: 'image/jpeg', media: 'image' },
  '.png': { type: 'image/png', media: 'image' },
};

const LARGEST_PREVIEW_BYTES = 200 * 1_024 * 1_024;
const evidenceSchema = z.looseObject({ creatives: z.array(z.looseObject({ id: z.string(), sha256: z.string() })) });

/** What a file can be shown as, by its name; undefined for what a page does not show. */
export function mediaOf(file: string): { readonly type: string; readonly media: 'video' | 'image' } | undefined {
  return MEDIA[extname(file).toLowerCase()];
}

/**
 * The bytes of a creative, if they are still the ones that the evidence names: an approver must not look at anything else.
 * @returns undefined when the file is gone, too large, of another kind, or has changed
 */
export async function exhibitFile(
  evidence: unknown,
  id: string,
  file: string,
): Promise<{ body: Uint8Array<ArrayBuffer>; type: string } | undefined> {
  const media = mediaOf(file);
  const named = evidenceSchema.safeParse(evidence).data?.creatives.find((each) => each.id === id);
  if (!media || !named) return undefined;
  try {
    if ((await stat(file)).size > LARGEST_PREVIEW_BYTES) return undefined;
    const body = new Uint8Array(await readFile(file));
    return createHash('sha256').update(body).digest('hex') === named.sha256 ? { body, type: media.type } : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
