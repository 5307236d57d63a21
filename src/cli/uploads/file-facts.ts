import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { UploadFormat } from '../../store/event-tables.js';
import { badInput } from '../exit.js';

/** A file of events before anything is done with it. */
export interface FileFacts {
  readonly path: string;
  readonly fileName: string;
  readonly format: UploadFormat;
  readonly sizeBytes: number;
  /** SHA-256 of the whole file, hex. */
  readonly contentHash: string;
}

function formatOf(path: string): UploadFormat {
  if (/\.(csv|tsv|txt)$/i.test(path)) return 'csv';
  if (/\.(jsonl|ndjson)$/i.test(path)) return 'jsonl';
  throw badInput(`${path} is neither .csv nor .jsonl by its name; say which with --format`);
}

/**
 * Reads the whole file once.
 * @throws CommandFault (bad input) when it cannot be read, is empty, or changes meanwhile
 */
export async function fileFacts(path: string, format: UploadFormat | undefined): Promise<FileFacts> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts) throw badInput(`${path} is not there`);
  if (!facts.isFile()) throw badInput(`${path} is not a file`);
  if (facts.size === 0) throw badInput(`${path} is empty`);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      hash.update(bytes);
      sizeBytes += bytes.length;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw badInput(`${path} cannot be read: ${String(error.code)}`);
    throw error;
  }
  const fileName = basename(path)
    .replaceAll(/[\p{Cc}/\\]/gu, '_')
    .slice(-200);
  return { path, fileName, format: format ?? formatOf(path), sizeBytes, contentHash: hash.digest('hex') };
}
