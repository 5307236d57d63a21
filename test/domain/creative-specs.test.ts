import { describe, expect, it } from 'vitest';
import type { Creative } from '../../src/contract/tenant.js';
import { checkCreative, type MeasuredMedia, textFindings } from '../../src/domain/creative-specs.js';
import { creativeFileName } from '../../src/domain/naming.js';

const video: MeasuredMedia = {
  kind: 'video',
  format: 'mp4',
  codec: 'AVC',
  width: 720,
  height: 1280,
  durationSec: 25,
  bitrateKbps: 516,
  sizeBytes: 1_000_000,
  audio: true,
};
const image: MeasuredMedia = { ...video, kind: 'image', format: 'jpg', durationSec: 0, bitrateKbps: 0, audio: false };
const creative: Creative = { id: 'a', file: '/a', text: 'Visit us', music: { source: 'commercial_library' }, declarations: [] };

function codes(media: MeasuredMedia, change: Partial<Creative> = {}): string[] {
  return checkCreative(media, { ...creative, ...change }, 'any').findings.map(({ code }) => code);
}

describe('creative specifications', () => {
  it.each<[string, Partial<MeasuredMedia>, string[]]>([
    ['the smallest upright video', { width: 540, height: 960 }, []],
    ['one pixel of rounding', { width: 720, height: 1278 }, []],
    ['a pixel too narrow', { width: 538, height: 958 }, ['resolution']],
    ['4:5', { width: 1080, height: 1350 }, ['ratio']],
    ['no picture at all', { width: 0, height: 0 }, ['ratio']],
    ['a square that is too small', { width: 639, height: 639 }, ['resolution']],
    ['five seconds', { durationSec: 5 }, ['duration_advice']],
    ['just under', { durationSec: 4.999 }, ['duration']],
    ['just over a minute', { durationSec: 60.001 }, ['duration']],
    ['a thin stream', { bitrateKbps: 515 }, ['bitrate']],
    ['more than 500 MB', { sizeBytes: 500 * 1024 * 1024 + 1 }, ['file_size']],
    ['another container', { format: 'matroska' }, ['format']],
    ['a codec that is not usual', { codec: 'ProRes' }, ['codec']],
    ['HEVC', { codec: 'HEVC' }, []],
  ])('judges a video: %s', (_, change, expected) => {
    expect(codes({ ...video, ...change })).toEqual(expected);
  });

  it('judges an image by its own limits', () => {
    expect(codes({ ...image, width: 1_440, height: 2_560 })).toEqual([]);
    expect(codes({ ...image, width: 1_450, height: 2_577 })).toEqual(['pixels']);
    expect(codes({ ...image, format: 'gif' })).toEqual(['format']);
  });

  it('counts Latin characters once and CJK twice', () => {
    expect(textFindings('x'.repeat(100))).toEqual([]);
    expect(textFindings('x'.repeat(101)).map(({ code }) => code)).toEqual(['text_length']);
    expect(textFindings('学'.repeat(50))).toEqual([]);
    expect(textFindings('学'.repeat(51)).map(({ code }) => code)).toEqual(['text_length']);
    expect(textFindings('  ').map(({ code }) => code)).toEqual(['text_length']);
    expect(textFindings('Grüße 2026 🎓 {name}').map(({ code }) => code)).toEqual(['text_emoji', 'text_character']);
    expect(textFindings('Flag 🇩🇪').map(({ code }) => code)).toEqual(['text_emoji']);
  });

  it('lets a person hear sound that is declared as none', () => {
    const verdict = (media: MeasuredMedia) => checkCreative(media, { ...creative, music: { source: 'none' } }, 'any').verdict;
    expect(verdict(video)).toBe('needs_human');
    expect(verdict({ ...video, audio: false })).toBe('accept');
  });

  it('lets a person see a codec that TikTok does not name', () => {
    const { verdict, findings } = checkCreative({ ...video, codec: 'AV1' }, creative, 'any');
    expect(verdict).toBe('needs_human');
    expect(findings).toMatchObject([{ measured: 'AV1', limit: expect.stringContaining('AVC, HEVC'), severity: 'warning' }]);
  });

  it('names files so that TikTok takes the name', () => {
    expect(creativeFileName('a'.repeat(31), 'b'.repeat(60), 'c'.repeat(64)).length).toBeLessThanOrEqual(100);
  });
});
