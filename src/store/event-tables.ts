import type { ColumnType, Generated } from 'kysely';
import type { EventSource, TrackEvent } from '../contract/events.js';

export type EventState = 'waiting' | 'sent' | 'parked' | 'refused' | 'unmapped' | 'dropped';

/** One event as it came in, what was decided about it, and how far it got. */
export interface EventsTable {
  id: string;
  received_at: ColumnType<Date, Date | string, never>;
  slug: string;
  name: string | null;
  event_id: string | null;
  source: EventSource | null;
  state: EventState;
  /** Code of the tables in src/contract/event-reasons.ts. */
  reason: string | null;
  field: string | null;
  /** TikTok's name. */
  event: string | null;
  event_source_id: string | null;
  test_event_code: string | null;
  /** Exactly what goes to TikTok. */
  payload: ColumnType<TrackEvent | null, string | null, string | null>;
  map_version: string;
  next_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
  attempts: Generated<number>;
  leased_until: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  settled_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  code: number | null;
  request_id: string | null;
  /** When an attempt whose outcome is unknown may have reached TikTok first; null: no attempt may have, or the answer came. */
  maybe_sent_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
}

/** Which events were taken in within the last 48 hours, by TikTok's key of deduplication. */
export interface EventKeysTable {
  key: Buffer;
  /** `events.id` of the first of that key. */
  event_row: Generated<string>;
  first_at: ColumnType<Date, Date | string, Date | string>;
}

/** Event settings of a tenant; the greatest version counts. */
export interface EventSettingsTable {
  slug: string;
  version: number;
  settings: ColumnType<unknown, string, never>;
  origin: 'onboarding' | 'people';
  set_by: string;
  set_at: ColumnType<Date, Date | string, never>;
}

/** What a sender shows to hand in events of one tenant; only its hash is kept. */
export interface EventWriteKeysTable {
  id: string;
  slug: string;
  key_hash: Buffer;
  name: string;
  /** Origins of pages that may use it in a browser; none: servers only. */
  origins: string[];
  made_by: string;
  made_at: ColumnType<Date, Date | string, never>;
  expires_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  revoked_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  revoked_by: string | null;
  last_used_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
}

export type UploadFormat = 'csv' | 'jsonl';
export type EventUploadState = 'receiving' | 'importing' | 'done' | 'failed';

/** A file of events, and how far it came. */
export interface EventUploadsTable {
  id: string;
  slug: string;
  file_name: string;
  format: UploadFormat;
  /** Of rows that name none. */
  source: EventSource;
  /** Name of the events of a file that names none; empty where it does. */
  event_name: string;
  /** IANA name, for times without a zone; empty where every time names its own. */
  time_zone: string;
  /** SHA-256 of the whole file, hex: the same file read in the same way is the same upload. */
  content_hash: string;
  size_bytes: string;
  received_bytes: Generated<string>;
  lines_done: Generated<string>;
  state: EventUploadState;
  counts: ColumnType<unknown, string | undefined, string>;
  /** Columns of a CSV file that nothing is made of. */
  unknown_columns: Generated<string[]>;
  /** Why it failed as a whole. */
  problem: string | null;
  /** Until then whoever imports it is taken to be alive. */
  leased_until: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  made_by: string;
  made_at: ColumnType<Date, Date | string, never>;
  changed_at: ColumnType<Date, Date | string, Date | string>;
}

/** A line of an upload that was refused. No value of the line stands here. */
export interface EventUploadErrorsTable {
  upload_id: string;
  line: string;
  field: string;
  reason: string;
  sentence: string;
}

/** Somebody whom no row of an upload may bring any more. */
export interface EventForgottenTable {
  upload_id: string;
  field: 'email' | 'phone' | 'external_id';
  hash: string;
}

/** Whether events go to one pixel, app or event set; after failures in a row, nothing for a while. */
export interface EventBreakersTable {
  /** Or `*` for all of them, or `token:` and the beginning of the token's hash (`EVERYTHING`, `tokenKey`). */
  event_source_id: string;
  state: 'closed' | 'open' | 'half_open';
  failures: Generated<number>;
  open_until: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  /** Of `BREAKER_REASONS`. */
  reason: string | null;
  /** TikTok's code and request id of the failure that opened it. */
  code: number | null;
  request_id: string | null;
  changed_at: ColumnType<Date, Date | string, Date | string>;
}

/** One request that was not simply accepted, or a sender that ended before it heard the answer. */
export interface EventAttemptsTable {
  id: Generated<string>;
  event_source_id: string;
  at: ColumnType<Date, Date | string, never>;
  /** `events.id` of all events in it. */
  event_rows: ColumnType<string[], readonly string[], never>;
  /** A class of src/tiktok/codes.ts or error.ts, or `sender_ended`. */
  outcome: string;
  /** False where TikTok may have taken the events. */
  certain: boolean;
  code: number | null;
  request_id: string | null;
  /** What TikTok said, without personal data. */
  detail: string | null;
}

/** What the events of a tenant came to that came in within one hour (UTC). */
export interface EventHoursTable {
  slug: string;
  hour: ColumnType<Date, Date | string, never>;
  /** `HourFacts` (src/domain/events). */
  facts: ColumnType<unknown, string, string>;
  /** How many of them were waiting or parked, and may have changed since. */
  open: number;
}
