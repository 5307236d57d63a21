import type { EventProof, EventTenant, OnboardingActivities, Pixel } from '../contract/onboarding-activities.js';
import type { ActivityDependencies } from './dependencies.js';
import { alignEvents } from './event-alignment.js';
import { asStepFailure, certaintyOf, stepFailure } from './failure.js';
import { once, reconcileByReading } from './once.js';
import { readUntilSeen } from './reading-until-seen.js';
import { everyPage, type PixelRow, type TikTokCalls } from '../tiktok/calls.js';

type Step = Pick<OnboardingActivities, 'findPixel' | 'createPixel' | 'reconcilePixel' | 'linkPixel' | 'sendTestEvent'>;

const KIND = 'create_pixel';
const keyOf = (slug: string, advertiserId: string): string => `${slug}/${KIND}/${advertiserId}`;

async function pixelsNamed(tiktok: TikTokCalls, advertiserId: string, name: string): Promise<Pixel[]> {
  const rows = await everyPage(async (page) => {
    const { pixels, page_info } = await tiktok.pixelList({ advertiser_id: advertiserId, page, page_size: 20 });
    return { rows: pixels, page_info };
  });
  return rows.filter((row) => row.pixel_name === name).map((row) => ({ pixelId: row.pixel_id, pixelCode: row.pixel_code }));
}

/** The advertiser's pixel by its code, with its event rules; undefined while lists do not show it. */
export async function pixelByCode(tiktok: TikTokCalls, advertiserId: string, pixelCode: string): Promise<PixelRow | undefined> {
  const { pixels } = await tiktok.pixelList({ advertiser_id: advertiserId, code: pixelCode, page: 1, page_size: 20 });
  return pixels.find((row) => row.pixel_code === pixelCode);
}

/** `owner_bc_id` can be absent (facts 4.1); then only the relation tells that the pixel left the account. */
function isOwnedBy(row: PixelRow, bcId: string): boolean {
  const ownership = row.asset_ownership;
  return ownership?.owner_bc_id ? ownership.owner_bc_id === bcId : ownership?.asset_relation_status === 'TRANSFERRED';
}

function pixelOf(ids: Readonly<Record<string, string>>): Pixel {
  return { pixelId: ids.pixelId ?? '', pixelCode: ids.pixelCode ?? '' };
}

type Proving = Pick<ActivityDependencies, 'tiktok' | 'db' | 'eventsDb' | 'clock'>;

interface Asked {
  readonly slug: string;
  readonly pixelCode: string;
  readonly testEventCode: string;
  readonly url: string;
}

/** One test event for runs that say nothing of the tenant's events. */
async function sendOne({ tiktok, clock }: Proving, { slug, pixelCode, testEventCode, url }: Asked) {
  // The same id for the same code: TikTok drops a repeated event within 48 h (facts 4.3).
  const eventId = `kobi-test-${slug}-${testEventCode}`;
  try {
    const { requestId } = await tiktok.eventTrack({
      event_source: 'web',
      event_source_id: pixelCode,
      test_event_code: testEventCode,
      data: [{ event: 'ViewContent', event_time: Math.floor(clock().getTime() / 1000), event_id: eventId, user: {}, page: { url } }],
    });
    return { requestId, eventId };
  } catch (error) {
    const failure = asStepFailure(error);
    if (failure.type !== 'tiktok_bad_input') throw error;
    throw stepFailure('test_event_refused', `the Events API refused the test event: ${failure.message}`);
  }
}

/** Proves the Events API, and returns the ids by which Events Manager shows the first test event. */
async function proveEventsApi(
  deps: Proving,
  { tenant, ...asked }: Asked & { readonly tenant?: EventTenant | undefined },
): Promise<{ requestId: string; eventId: string; proof?: EventProof }> {
  if (!tenant) return sendOne(deps, asked);
  const { proof } = await alignEvents(deps, { ...asked, tenant });
  const [first] = proof?.events ?? [];
  if (!proof || !first) throw stepFailure('internal', `no test event was sent for ${asked.slug}, although its code is known`);
  return { requestId: proof.requestId, eventId: first.eventId, proof };
}

/** The tenant's pixel: found by its exact name or created once, owned by the Business Center, linked, and proved by a test event. */
export function createPixelActivities(
  deps: Pick<ActivityDependencies, 'tiktok' | 'db' | 'eventsDb' | 'log' | 'reconcile' | 'clock'>,
): Step {
  const { tiktok } = deps;
  return {
    async findPixel({ advertiserId, name }) {
      const named = await pixelsNamed(tiktok, advertiserId, name);
      const codes = named.map((pixel) => pixel.pixelCode);
      if (named.length > 1)
        throw stepFailure('pixel_ambiguous', `${named.length} pixels are named ${name}: ${codes.join(', ')}`, { details: codes });
      return { pixel: named[0] ?? null };
    },

    async createPixel({ slug, advertiserId, name, category }) {
      const plan = { key: keyOf(slug, advertiserId), slug, kind: KIND, request: { advertiserId, name } };
      const ids = await once(deps, plan, async (signal) => {
        const created = await tiktok.pixelCreate({ advertiser_id: advertiserId, pixel_name: name, pixel_category: category }, { signal });
        return { pixelId: created.pixel_id, pixelCode: created.pixel_code };
      });
      return pixelOf(ids);
    },

    async reconcilePixel({ slug, advertiserId, name }) {
      const settled = await reconcileByReading(deps, keyOf(slug, advertiserId), async () =>
        (await pixelsNamed(tiktok, advertiserId, name)).map((pixel) => ({ ...pixel })),
      );
      return settled.found ? { found: true, value: pixelOf(settled.value) } : { found: false };
    },

    async linkPixel({ slug, bcId, advertiserId, pixel: { pixelCode }, tenant, testEvent }) {
      const row = await readUntilSeen(deps, () => pixelByCode(tiktok, advertiserId, pixelCode));
      if (!row) throw stepFailure('tiktok_not_found', `TikTok does not show the pixel ${pixelCode} of the advertiser ${advertiserId}`);
      let refusal: unknown;
      if (!isOwnedBy(row, bcId)) {
        try {
          await tiktok.bcPixelTransfer({ bc_id: bcId, pixel_code: pixelCode });
        } catch (error) {
          // A transfer happens once only: after a lost answer TikTok refuses the second, and the link below tells whose pixel it is.
          if (certaintyOf(error) !== 'refused' || asStepFailure(error).type !== 'tiktok_bad_input') throw error;
          refusal = error;
        }
      }
      try {
        await tiktok.bcPixelLinkUpdate({ bc_id: bcId, pixel_code: pixelCode, advertiser_ids: [advertiserId], relation_status: 'LINK' });
      } catch (error) {
        throw refusal ?? error;
      }
      const snippet = row.pixel_script ?? '';
      if (tenant) {
        const { settingsVersion, proof } = await alignEvents(deps, { slug, tenant, pixelCode, testEventCode: testEvent?.testEventCode });
        return { snippet, testEventId: proof?.events[0]?.eventId ?? null, settingsVersion, proof };
      }
      const proved = testEvent && (await sendOne(deps, { slug, pixelCode, ...testEvent }));
      return { snippet, testEventId: proved?.eventId ?? null };
    },

    sendTestEvent: (input) => proveEventsApi(deps, input),
  };
}
