import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { eventSettingsSchema, type EventSettingsFile } from '../contract/event-settings.js';
import type { Database } from './database.js';

export interface SavedEventSettings {
  readonly slug: string;
  /** 1, 2, 3 … of this tenant. */
  readonly version: number;
  readonly settings: EventSettingsFile;
  /** `onboarding`: they follow from the checklist; `people`: somebody set them, and the checklist no longer changes them. */
  readonly origin: 'onboarding' | 'people';
  readonly setBy: string;
  /** ISO 8601. */
  readonly setAt: string;
}

/**
 * The settings that count for a tenant's events now; undefined before its pixel exists and while nobody set any.
 * @param version an earlier one instead
 */
export async function getEventSettings(db: Database, slug: string, version?: number): Promise<SavedEventSettings | undefined> {
  const all = db.selectFrom('event_settings').selectAll().where('slug', '=', slug);
  const row = await (version === undefined ? all : all.where('version', '=', version)).orderBy('version', 'desc').executeTakeFirst();
  if (!row) return undefined;
  const { settings, origin, set_by: setBy, set_at: setAt } = row;
  return { slug, version: row.version, settings: eventSettingsSchema.parse(settings), origin, setBy, setAt: setAt.toISOString() };
}

export interface NewEventSettings {
  readonly settings: EventSettingsFile;
  readonly origin: 'onboarding' | 'people';
  readonly setBy: string;
  readonly at: Date;
}

/**
 * Sets a tenant's event settings. Nothing is added when they are as before, or when the checklist would overrule what people set.
 * @returns what counts afterwards
 */
export async function saveEventSettings(
  db: Database,
  slug: string,
  { settings, origin, setBy, at }: NewEventSettings,
): Promise<SavedEventSettings> {
  const wanted = eventSettingsSchema.parse(settings);
  for (;;) {
    const current = await getEventSettings(db, slug);
    if (current && (isDeepStrictEqual(current.settings, wanted) || (origin === 'onboarding' && current.origin === 'people')))
      return current;
    const version = (current?.version ?? 0) + 1;
    // Of two at once one takes the number; the other looks again.
    await db
      .insertInto('event_settings')
      .values({ slug, version, settings: JSON.stringify(wanted), origin, set_by: setBy, set_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Pixels, apps and event sets that the tenant's settings name or named. */
export async function destinationsOf(db: Database, slug: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct coalesce(d.value->>'pixel_code', d.value->>'tiktok_app_id', d.value->>'event_set_id') as id
    from event_settings, jsonb_each(settings->'destinations') d where slug = ${slug} order by 1`.execute(db);
  return rows.flatMap(({ id }) => (id === null ? [] : [id]));
}
