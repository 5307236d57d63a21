import type { UploadCounts, UploadError } from '../../store/event-uploads.js';

/** What became of a file. */
export interface UploadResult {
  readonly id: string;
  readonly state: 'done' | 'failed';
  /** It was handed in before, and nothing was done now. */
  readonly before: boolean;
  readonly counts: UploadCounts;
  readonly unknownColumns: readonly string[];
  readonly problem: string | null;
  readonly errors: readonly UploadError[];
}

/** How a file is to be read. */
export interface UploadWishes {
  readonly source: 'web' | 'app' | 'offline' | 'crm';
  readonly eventName: string | null;
  /** IANA name, for times that name no zone. */
  readonly timeZone: string | null;
  readonly again: boolean;
}

/** Errors that are asked for; `kobi` prints all that are kept. */
export const ERRORS_AT_ONCE = 1_000;
