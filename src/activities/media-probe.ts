import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import mediaInfoFactory, { type GeneralTrack, type ImageTrack, type VideoTrack } from 'mediainfo.js';
import type { MeasuredMedia } from '../domain/creative-specs.js';
import { stepFailure } from './failure.js';

export interface ProbedFile {
  readonly sha256: string;
  /** TikTok checks an upload against it. */
  readonly md5: string;
  readonly media: MeasuredMedia;
}

const CHUNK_BYTES = 1024 * 1024;
const REMEMBERED = 1_000;
/** Measurements by content: a file is probed for the approver and again before its upload, and a probe costs a tenth of a second of CPU. */
const measured = new Map<string, MeasuredMedia>();

/** MediaInfo's container names as the formats of facts 7.7 and 7.8; one with several meanings is told apart by its profile. */
function formatOf(general: GeneralTrack | undefined, image: ImageTrack | undefined): string {
  const container = general?.Format ?? '';
  const profile = `${general?.Format_Profile ?? ''} ${general?.CodecID ?? ''}`;
  switch (image?.Format ?? container) {
    case 'JPEG':
      return 'jpg';
    case 'PNG':
      return 'png';
    case 'MPEG-4':
    case 'QuickTime':
      return /quicktime|qt/i.test(`${container} ${profile}`) ? 'mov' : /3gp/i.test(profile) ? '3gp' : 'mp4';
    case 'MPEG-PS':
    case 'MPEG Video':
      return 'mpeg';
    case 'AVI':
      return 'avi';
    default:
      return container.toLowerCase() || 'unknown';
  }
}

/** A phone writes upright pictures lying, with a rotation beside them. */
function upright(track: VideoTrack): { width: number; height: number } {
  const [width = 0, height = 0] = [track.Width, track.Height];
  const turned = Math.abs(Math.round(Number(track.Rotation ?? 0))) % 180 === 90;
  return turned ? { width: height, height: width } : { width, height };
}

async function measure(file: string): Promise<MeasuredMedia | undefined> {
  const handle = await open(file, 'r');
  const reader = await mediaInfoFactory({ format: 'object', chunkSize: CHUNK_BYTES });
  try {
    const { size: sizeBytes } = await handle.stat();
    const result = await reader.analyzeData(sizeBytes, async (length, offset) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      return new Uint8Array(buffer.buffer, buffer.byteOffset, bytesRead);
    });
    const tracks = result.media?.track ?? [];
    const general = tracks.find((track) => track['@type'] === 'General');
    const video = tracks.find((track) => track['@type'] === 'Video');
    const image = tracks.find((track) => track['@type'] === 'Image');
    const format = formatOf(general, image);
    if (video) {
      const durationSec = Math.round((general?.Duration ?? video.Duration ?? 0) * 1_000) / 1_000;
      const bitrate = general?.OverallBitRate ?? (durationSec > 0 ? (sizeBytes * 8) / durationSec : 0);
      const audio = tracks.some((track) => track['@type'] === 'Audio');
      return {
        kind: 'video',
        format,
        codec: video.Format ?? 'unknown',
        ...upright(video),
        durationSec,
        bitrateKbps: Math.round(bitrate / 1_000),
        sizeBytes,
        audio,
      };
    }
    if (image) {
      return {
        kind: 'image',
        format,
        codec: image.Format ?? 'unknown',
        width: image.Width ?? 0,
        height: image.Height ?? 0,
        durationSec: 0,
        bitrateKbps: 0,
        sizeBytes,
        audio: false,
      };
    }
    return undefined;
  } finally {
    reader.close();
    await handle.close();
  }
}

async function hashes(file: string): Promise<{ sha256: string; md5: string }> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  for await (const part of createReadStream(file)) {
    if (!Buffer.isBuffer(part)) continue;
    sha256.update(part);
    md5.update(part);
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}

async function probe(file: string): Promise<ProbedFile | undefined> {
  const before = await hashes(file);
  const known = measured.get(before.sha256);
  if (known) return { ...before, media: known };
  const media = await measure(file);
  if (!media) return undefined;
  const after = await hashes(file);
  if (after.sha256 !== before.sha256) throw new Error('it changes while it is read');
  if (measured.size >= REMEMBERED) measured.clear();
  measured.set(after.sha256, media);
  return { ...after, media };
}

/**
 * Measures a real file: width and height in pixels as shown, duration in seconds, bitrate in kbps, size in bytes, container, codec
 * and whether it has sound.
 *
 * @throws ApplicationFailure `creative_unreadable` naming the file, when it is missing or neither a video nor an image
 */
export async function probeMedia(file: string): Promise<ProbedFile> {
  let probed: ProbedFile | undefined;
  try {
    probed = await probe(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown reason';
    throw stepFailure('creative_unreadable', `the creative ${file} cannot be read: ${why}`, { details: [file] });
  }
  if (!probed)
    throw stepFailure('creative_unreadable', `${file} is neither a video nor an image that can be measured`, { details: [file] });
  return probed;
}
