import { openAsBlob } from 'node:fs';
import type { Endpoint } from './endpoint.js';
import { TikTokError } from './error.js';
import { codeOf } from './lost-answer.js';

export interface FileUpload {
  readonly advertiser_id: string;
  /** Unique in the account's library, 1 to 100 characters. */
  readonly file_name: string;
  /** Where the file is on this machine; it is streamed from there. */
  readonly path: string;
  /** Hex MD5 of the file, which TikTok compares (facts 7.7). */
  readonly md5: string;
}

/**
 * The multipart form of a library upload (facts 7.7).
 *
 * @throws TikTokError `bad_input`, unsent, when the file cannot be opened
 */
export async function uploadForm(endpoint: Endpoint<unknown>, kind: 'video' | 'image', upload: FileUpload): Promise<FormData> {
  const form = new FormData();
  form.set('advertiser_id', upload.advertiser_id);
  form.set('file_name', upload.file_name);
  form.set('upload_type', 'UPLOAD_BY_FILE');
  form.set(`${kind}_signature`, upload.md5);
  try {
    form.set(`${kind}_file`, await openAsBlob(upload.path), upload.file_name);
  } catch (error) {
    throw new TikTokError(`the file ${upload.file_name} cannot be read (${codeOf(error)})`, {
      endpoint: endpoint.path,
      class: 'bad_input',
      certainty: 'unsent',
      irreversible: endpoint.idempotency === 'irreversible',
    });
  }
  return form;
}
