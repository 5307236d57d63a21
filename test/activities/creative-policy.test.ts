import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreativeReport } from '../../src/contract/onboarding-activities.js';
import type { Creative } from '../../src/contract/tenant.js';
import { creativeEvidence, evidenceHash } from '../../src/domain/evidence.js';
import { failureOf, useEngine } from './engine.js';
import { mp4, type Movie, png } from './media-files.js';

const GOOD: Movie = { width: 720, height: 1280, seconds: 25, kbps: 800 };
const vertical = 'private_school';

describe('creatives', () => {
  const engine = useEngine();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kobi-creative-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function creative(name: string, bytes: Buffer, change: Partial<Creative> = {}): Promise<Creative> {
    const file = join(folder, name);
    await writeFile(file, bytes);
    return {
      id: name.split('.')[0] ?? name,
      file,
      text: 'Visit our open day',
      music: { source: 'commercial_library' },
      declarations: ['no_guaranteed_grades'],
      ...change,
    };
  }
  async function probe(...creatives: Creative[]): Promise<readonly CreativeReport[]> {
    const { attempt, activities } = engine();
    return (await attempt(activities.probeCreatives, { slug: 'school', creatives, vertical })).reports;
  }
  function approved(reports: readonly CreativeReport[], creatives: readonly Creative[]): string {
    return evidenceHash(creativeEvidence(reports, creatives));
  }

  it('accepts a file inside of every limit, with what was measured', async () => {
    const [video, image] = await probe(await creative('good.mp4', mp4(GOOD)), await creative('poster.png', png(720, 1280)));
    expect(video).toMatchObject({
      kind: 'video',
      verdict: 'accept',
      findings: [],
      measured: { width: 720, height: 1280, durationSec: 25, bitrateKbps: 800, format: 'mp4', codec: 'AVC' },
    });
    expect(image).toMatchObject({ kind: 'image', verdict: 'accept', measured: { width: 720, height: 1280, format: 'png' } });
  });

  it('names every violation with what was measured and the limit', async () => {
    const bad = await creative('bad.mp4', mp4({ width: 400, height: 500, seconds: 3, kbps: 200 }), {
      text: 'Learn #maths',
      music: { source: 'licensed' },
    });
    const [report] = await probe(bad);
    expect(report?.verdict).toBe('reject');
    expect(report?.findings.map((finding) => finding.message)).toEqual([
      'ratio: 400x500; limit: one of 9:16, 1:1, 16:9',
      'duration: 3 s; limit: 5 to 60 s',
      expect.stringMatching(/^bitrate: \d+ kbps; limit: at least 516 kbps$/),
      'text_character: #; limit: none of { } #',
      'music_licence: licensed, without a licence; limit: the licence is named',
    ]);
  });

  it('leaves to a person what a file cannot show', async () => {
    const [report] = await probe(await creative('undeclared.mp4', mp4(GOOD), { declarations: [] }));
    expect(report).toMatchObject({ verdict: 'needs_human', findings: [{ code: 'declaration_missing', severity: 'warning' }] });
  });

  it('says which file cannot be read', async () => {
    const missing = await creative('broken.mp4', Buffer.from('not a film'));
    const failure = await failureOf(probe(missing));
    expect(failure).toMatchObject({ code: 'creative_unreadable', details: [missing.file] });
  });

  it('uploads the approved files once, also when the answer of an upload is lost', async () => {
    const { attempt, activities, advertiser, committed, simulator } = engine();
    const of = await advertiser('school');
    const creatives = [await creative('open-day.mp4', mp4(GOOD)), await creative('poster-2.png', png(640, 640))];
    const input = { ...of, creatives, vertical, approvedHash: approved(await probe(...creatives), creatives) };
    simulator.faults.add({ endpoint: '/file/video/ad/upload/', fault: 'commit-then-drop' });

    expect(await failureOf(attempt(activities.uploadCreatives, input))).toMatchObject({ code: 'tiktok_unavailable', retryable: true });
    const { fileIds } = await attempt(activities.uploadCreatives, input);
    expect(await attempt(activities.uploadCreatives, input)).toEqual({ fileIds });

    expect(committed('/file/video/ad/upload/').map((entry) => entry.created[0])).toEqual([fileIds['open-day']]);
    expect(committed('/file/image/ad/upload/').map((entry) => entry.created[0])).toEqual([fileIds['poster-2']]);
    const [name] = Object.values(simulator.store.state.files).map((file) => file.fileName);
    expect(name).toMatch(/^kobi_school_open-day_[0-9a-f]{8}$/);
  });

  it('waits for a video whose name TikTok has but does not show yet', async () => {
    const { attempt, activities, advertiser, committed, person, simulator } = engine();
    const of = await advertiser('slow');
    const creatives = [await creative('slow.mp4', mp4(GOOD))];
    const input = { ...of, creatives, vertical, approvedHash: approved(await probe(...creatives), creatives) };
    person({ action: 'set-timings', videoSeconds: 1_200 });
    simulator.faults.add({ endpoint: '/file/video/ad/upload/', fault: 'commit-then-drop' });

    expect(await failureOf(attempt(activities.uploadCreatives, input))).toMatchObject({ code: 'tiktok_unavailable', retryable: true });
    expect(await failureOf(attempt(activities.uploadCreatives, input))).toMatchObject({ code: 'tiktok_conflict', retryable: true });
    simulator.store.clock.advance(1_300_000);
    const { fileIds } = await attempt(activities.uploadCreatives, input);
    expect(committed('/file/video/ad/upload/').map((entry) => entry.created[0])).toEqual([fileIds.slow]);
  });

  it('uploads nothing when a file changed after its approval', async () => {
    const { attempt, activities, advertiser, simulator } = engine();
    const of = await advertiser('changed');
    const creatives = [await creative('swapped.mp4', mp4(GOOD))];
    const approvedHash = approved(await probe(...creatives), creatives);
    await creative('swapped.mp4', mp4({ ...GOOD, seconds: 26 }));

    const failure = await failureOf(attempt(activities.uploadCreatives, { ...of, creatives, vertical, approvedHash }));

    expect(failure.code).toBe('creative_changed');
    expect(simulator.store.state.files).toEqual({});
  });
});
