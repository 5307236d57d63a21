import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ClientFileType } from '../domain/file-signatures.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

/** What a client handed in, without its bytes. */
export interface ClientFile {
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
  readonly linkId: string;
  /** As the client's machine called it; for people to read only. */
  readonly name: string;
  readonly mediaType: ClientFileType;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601. */
  readonly uploadedAt: string;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Keeps a file of a tenant by its hash; the same file handed in again is kept once. The caller has checked size and kind. */
export async function keepClientFile(
  db: Kysely<Tables>,
  file: {
    readonly slug: string;
    readonly linkId: string;
    readonly name: string;
    readonly mediaType: ClientFileType;
    readonly bytes: Uint8Array;
  },
  now: Date,
): Promise<string> {
  const sha256 = sha256Of(file.bytes);
  await db
    .insertInto('client_files')
    .values({
      slug: file.slug,
      sha256,
      link_id: file.linkId,
      name: file.name,
      media_type: file.mediaType,
      size: file.bytes.length,
      bytes: Buffer.from(file.bytes),
      uploaded_at: now,
    })
    .onConflict((conflict) => conflict.columns(['slug', 'sha256']).doNothing())
    .execute();
  return sha256;
}

/** Files of a tenant, newest first, at most 100. */
export async function listClientFiles(db: Database, slug: string): Promise<ClientFile[]> {
  const rows = await db
    .selectFrom('client_files')
    .select(['sha256', 'link_id', 'name', 'media_type', 'size', 'uploaded_at'])
    .where('slug', '=', slug)
    .orderBy('uploaded_at', 'desc')
    .limit(100)
    .execute();
  return rows.map((row) => ({
    sha256: row.sha256,
    linkId: row.link_id,
    name: row.name,
    mediaType: row.media_type,
    size: row.size,
    uploadedAt: row.uploaded_at.toISOString(),
  }));
}

/** The bytes of one file, or undefined when there is none, or its bytes are no longer those of its hash. */
export async function readClientFile(
  db: Database,
  slug: string,
  sha256: string,
): Promise<{ readonly bytes: Buffer; readonly mediaType: ClientFileType } | undefined> {
  const row = await db
    .selectFrom('client_files')
    .select(['bytes', 'media_type'])
    .where('slug', '=', slug)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  return row && sha256Of(row.bytes) === sha256 ? { bytes: row.bytes, mediaType: row.media_type } : undefined;
}
