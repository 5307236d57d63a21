import { createHash } from 'node:crypto';
import { isoText, utcText } from '../clock.js';
import { ApiRefusal, badParameter } from '../envelope.js';
import type { LibraryFile } from '../entities.js';
import { imageId, longId, videoId } from '../ids.js';
import { type EndpointContext, type EndpointHandlers, isVisible, nextSequence, paged, requestAdvertiser, visibleFrom } from './context.js';

const HOUR_MS = 3_600_000;
const LIMITS = { video: 500 * 1024 * 1024, image: 50 * 1024 * 1024 };

interface Source {
  readonly signature: string;
  readonly size: number;
  readonly defaultName: string;
}

/** The bytes of UPLOAD_BY_FILE with their MD5 checked; other upload types carry only an address or an id (facts 7.7). */
function sourceOf(context: EndpointContext, kind: 'video' | 'image'): Source {
  const { values } = context;
  const type = values.maybeText('upload_type') ?? 'UPLOAD_BY_FILE';
  if (type === 'UPLOAD_BY_FILE') {
    const file = context.files.get(`${kind}_file`);
    if (file === undefined) throw new ApiRefusal(40905, 'The file is missing.');
    if (file.bytes.byteLength === 0) throw new ApiRefusal(40906, 'The file is empty.');
    if (file.bytes.byteLength > LIMITS[kind]) throw new ApiRefusal(40907, 'The file is too large.');
    const signature = createHash('md5').update(file.bytes).digest('hex');
    const claimed = values.text(`${kind}_signature`);
    if (claimed.toLowerCase() !== signature) throw new ApiRefusal(40900, 'The signature of the file does not match.');
    return { signature, size: file.bytes.byteLength, defaultName: file.name };
  }
  const field = type === 'UPLOAD_BY_URL' ? `${kind}_url` : type === 'UPLOAD_BY_VIDEO_ID' ? 'video_id' : 'file_id';
  const reference = values.text(field);
  if (type === 'UPLOAD_BY_URL' && !URL.canParse(reference)) throw badParameter(`${field}: Not a valid URL.`);
  return { signature: createHash('md5').update(reference).digest('hex'), size: 0, defaultName: reference.slice(-100) };
}

function store(context: EndpointContext, kind: 'video' | 'image'): LibraryFile {
  const advertiser = requestAdvertiser(context);
  const source = sourceOf(context, kind);
  const fileName = context.values.maybeText('file_name') ?? source.defaultName;
  const sequence = nextSequence(context.state);
  const duplicate = Object.values(context.state.files).some(
    (file) => file.kind === kind && file.advertiserId === advertiser.advertiserId && file.fileName === fileName,
  );
  if (duplicate) throw new ApiRefusal(40911, 'Duplicated material name.');
  const id = kind === 'video' ? videoId(sequence) : imageId(sequence);
  const file: LibraryFile = {
    kind,
    id,
    materialId: longId(sequence),
    advertiserId: advertiser.advertiserId,
    fileName,
    signature: source.signature,
    size: source.size,
    width: kind === 'video' ? 720 : 1080,
    height: kind === 'video' ? 1280 : 1920,
    durationSeconds: kind === 'video' ? 12.3 : 0,
    format: kind === 'video' ? 'mp4' : (fileName.split('.').at(-1) ?? 'jpg'),
    createdAt: context.now,
    readyAt: kind === 'video' ? context.now + context.state.timings.videoSeconds * 1000 : context.now,
    visibleFrom: visibleFrom(context),
  };
  context.state.files[id] = file;
  context.created.push(id);
  return file;
}

function videoJson(context: EndpointContext, file: LibraryFile): object {
  return {
    video_id: file.id,
    file_name: file.fileName,
    material_id: file.materialId,
    video_cover_url: `${context.url}/cdn/${file.id}/cover`,
    preview_url: `${context.url}/cdn/${file.id}`,
    preview_url_expire_time: utcText(context.now + 6 * HOUR_MS),
    format: file.format,
    width: file.width,
    height: file.height,
    duration: file.durationSeconds,
    size: file.size,
    bit_rate: 1_223_985,
    signature: file.signature,
    displayable: true,
    allow_download: true,
    allowed_placements: ['PLACEMENT_TIKTOK'],
    create_time: isoText(file.createdAt),
    modify_time: isoText(file.createdAt),
    fix_task_id: null,
    flaw_types: null,
  };
}

function imageJson(context: EndpointContext, file: LibraryFile): object {
  return {
    image_id: file.id,
    material_id: file.materialId,
    image_url: `${context.url}/cdn/${file.id}`,
    format: file.format,
    width: file.width,
    height: file.height,
    size: file.size,
    signature: file.signature,
    file_name: file.fileName,
    displayable: true,
    is_carousel_usable: true,
    create_time: isoText(file.createdAt),
    modify_time: isoText(file.createdAt),
  };
}

/** Answers a list of one; only the id while TikTok is still transcoding (facts 7.7). */
function uploadVideo(context: EndpointContext): object {
  const file = store(context, 'video');
  return [file.readyAt > context.now ? { video_id: file.id } : videoJson(context, file)];
}

function library(context: EndpointContext, kind: 'video' | 'image'): LibraryFile[] {
  const advertiser = requestAdvertiser(context);
  return Object.values(context.state.files)
    .filter((file) => file.kind === kind && file.advertiserId === advertiser.advertiserId)
    .filter((file) => isVisible(context, file) && file.readyAt <= context.now);
}

/** Unknown ids are left out without a word (facts 7.7). */
function infoOf(context: EndpointContext, kind: 'video' | 'image'): object {
  const ids = context.values.texts(`${kind}_ids`);
  const toJson = kind === 'video' ? videoJson : imageJson;
  return {
    list: library(context, kind)
      .filter((file) => ids.includes(file.id))
      .map((file) => toJson(context, file)),
  };
}

function search(context: EndpointContext, kind: 'video' | 'image'): object {
  const filtering = context.values.inner('filtering');
  const ids = filtering.texts(`${kind}_ids`);
  const materials = filtering.texts('material_ids');
  const name = filtering.maybeText(`${kind}_name`);
  const rows = library(context, kind)
    .filter((file) => ids.length === 0 || ids.includes(file.id))
    .filter((file) => materials.length === 0 || materials.includes(file.materialId))
    .filter((file) => name === undefined || file.fileName.includes(name));
  const page = paged(context, rows, 20);
  const toJson = kind === 'video' ? videoJson : imageJson;
  return { list: page.rows.map((file) => toJson(context, file)), page_info: page.page_info };
}

/** The account's library of videos and images (facts 7.7). */
export const fileHandlers: EndpointHandlers = {
  '/file/video/ad/upload/': uploadVideo,
  '/file/image/ad/upload/': (context) => imageJson(context, store(context, 'image')),
  '/file/video/ad/info/': (context) => infoOf(context, 'video'),
  '/file/image/ad/info/': (context) => infoOf(context, 'image'),
  '/file/video/ad/search/': (context) => search(context, 'video'),
  '/file/image/ad/search/': (context) => search(context, 'image'),
};
