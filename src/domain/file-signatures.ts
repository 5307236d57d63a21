/** Kinds of files that a client may hand in. */
export const CLIENT_FILE_TYPES = { 'application/pdf': 'pdf', 'image/jpeg': 'jpg', 'image/png': 'png' } as const;
export type ClientFileType = keyof typeof CLIENT_FILE_TYPES;

/** The largest file that a client may hand in, in bytes. */
export const LARGEST_CLIENT_FILE_BYTES = 10 * 1_024 * 1_024;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
const JPEG = [0xff, 0xd8, 0xff];
/** `%PDF-` and the major version. Readers forgive what stands before it; we do not, because then it may be another file as well. */
const PDF = /^%PDF-[12]\.\d/;
/** How far from the end a PDF's closing mark may stand. */
const PDF_TAIL_BYTES = 2_048;

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return bytes.length >= signature.length && signature.every((byte, at) => bytes[at] === byte);
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** What a file is by its content, whatever its name and the browser say; undefined for everything that is not taken. */
export function clientFileType(bytes: Uint8Array): ClientFileType | undefined {
  if (startsWith(bytes, PNG)) return 'image/png';
  if (startsWith(bytes, JPEG) && bytes.length > 100) return 'image/jpeg';
  if (PDF.test(latin1(bytes.subarray(0, 8))) && latin1(bytes.subarray(-PDF_TAIL_BYTES)).includes('%%EOF')) return 'application/pdf';
  return undefined;
}
