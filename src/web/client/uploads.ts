import { clientFileType, type ClientFileType, LARGEST_CLIENT_FILE_BYTES } from '../../domain/file-signatures.js';
import { type HandedIn, notAccepted } from './hand-in.js';

/** A file of a form whose size and kind were checked. */
export interface Upload {
  readonly name: string;
  readonly mediaType: ClientFileType;
  readonly bytes: Uint8Array;
}

/** Files that one answer may hold. */
export const MOST_FILES = 5;
/** All of one answer: its files and the form around them. */
export const LARGEST_ANSWER_BYTES = 25 * 1_024 * 1_024;
const MEGABYTES = LARGEST_CLIENT_FILE_BYTES / 1_024 / 1_024;

/** One line for people, without what turns the writing direction or hides text. */
function plainName(name: string): string {
  return (
    name
      .replaceAll(/[\p{C}\u2028\u2029]/gu, '')
      .trim()
      .slice(0, 120) || 'file'
  );
}

/** The files of a form, or why they are not taken. An empty field of a form counts as no file. */
export async function uploadsOf(field: unknown): Promise<readonly Upload[] | HandedIn> {
  const files = [field].flat().filter((each): each is File => each instanceof File && each.size > 0);
  if (files.length > MOST_FILES) return notAccepted(413, `At most ${MOST_FILES} files at once, please.`);
  const uploads: Upload[] = [];
  for (const file of files) {
    const name = plainName(file.name);
    if (file.size > LARGEST_CLIENT_FILE_BYTES)
      return notAccepted(413, `“${name}” is too large: a file may have at most ${MEGABYTES} MB. Nothing was handed in.`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const mediaType = clientFileType(bytes);
    if (mediaType === undefined)
      return notAccepted(400, `“${name}” is neither a PDF nor a JPEG or PNG picture, whatever its name says. Nothing was handed in.`);
    uploads.push({ name, mediaType, bytes });
  }
  return uploads;
}
