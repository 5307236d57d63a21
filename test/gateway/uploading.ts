import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ask, send } from './running.js';

const uploadSchema = z.object({
  id: z.string(),
  state: z.enum(['receiving', 'importing', 'done', 'failed']),
  size_bytes: z.number(),
  received_bytes: z.number(),
  lines_done: z.number(),
  counts: z.record(z.string(), z.number()),
  unknown_columns: z.array(z.string()),
  problem: z.string().nullable(),
  errors: z.array(z.object({ line: z.number(), field: z.string(), reason: z.string(), sentence: z.string() })).default([]),
});
export type Upload = z.infer<typeof uploadSchema>;
export const uploadOf = (text: string): Upload => uploadSchema.parse(JSON.parse(text));

/** Hands files in at a gateway as one tenant. */
export function uploader(url: string, slug: string, key: string) {
  const base = `${url}/v1/uploads/${slug}`;
  const asSender = { authorization: `Bearer ${key}` };
  const announce = (file: Buffer, more: object = {}) =>
    send(base, key, {
      file_name: 'sales.csv',
      format: 'csv',
      size_bytes: file.length,
      sha256: createHash('sha256').update(file).digest('hex'),
      ...more,
    });
  const append = (id: string, bytes: Uint8Array<ArrayBuffer>, from: number, size: number) =>
    ask(`${base}/${id}`, {
      method: 'PATCH',
      headers: {
        ...asSender,
        'content-type': 'application/octet-stream',
        'content-range': `bytes ${from}-${from + bytes.length - 1}/${size}`,
      },
      body: bytes,
    });
  const look = async (id: string): Promise<Upload> => uploadOf((await ask(`${base}/${id}`, { headers: asSender })).text);
  async function untilOver(id: string): Promise<Upload> {
    for (;;) {
      const upload = await look(id);
      if (upload.state === 'done' || upload.state === 'failed') return upload;
      await delay(50);
    }
  }
  return {
    base,
    announce,
    append,
    look,
    untilOver,
    /** From the announcement to the end of the import. */
    async handIn(file: Buffer, more: object = {}): Promise<Upload> {
      const { id, received_bytes: from, state } = uploadOf((await announce(file, more)).text);
      if (state === 'receiving') await append(id, Uint8Array.from(file.subarray(from)), from, file.length);
      return untilOver(id);
    },
  };
}

/** Lines of a CSV file. */
export const csv = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);
