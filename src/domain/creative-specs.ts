import type { Creative } from '../contract/tenant.js';
import { VERTICALS } from './verticals.js';

/** A real file as it was measured; `bitrateKbps` and `durationSec` are 0 for images. */
export interface MeasuredMedia {
  readonly kind: 'video' | 'image';
  /** `mp4`, `mov`, `mpeg`, `3gp`, `avi`, `jpg`, `png`, or the probe's own word for any other. */
  readonly format: string;
  readonly codec: string;
  /** Pixels as they are shown: a rotated recording counts upright. */
  readonly width: number;
  readonly height: number;
  readonly durationSec: number;
  readonly bitrateKbps: number;
  readonly sizeBytes: number;
  readonly audio: boolean;
}

export interface CreativeFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What was measured and what is allowed. */
  readonly measured: string;
  readonly limit: string;
  /** Only a person can settle it. */
  readonly needsHuman?: true;
}

export type CreativeVerdict = 'accept' | 'accept_with_warning' | 'reject' | 'needs_human';

const MB = 1024 * 1024;
/** Facts 7.8: ratios with the smallest resolution of each. */
const SHAPES = [
  { name: '9:16', ratio: 9 / 16, width: 540, height: 960 },
  { name: '1:1', ratio: 1, width: 640, height: 640 },
  { name: '16:9', ratio: 16 / 9, width: 960, height: 540 },
] as const;
/** Encoders round to even pixels, so a ratio fits within one per cent. */
const RATIO_TOLERANCE = 0.01;
const VIDEO = {
  formats: ['mp4', 'mov', 'mpeg', '3gp', 'avi'],
  maxBytes: 500 * MB,
  minSec: 5,
  maxSec: 60,
  minKbps: 516,
  advisedSec: [21, 34],
} as const;
/** TikTok documents containers and no codecs (facts 7.8): these are usual in them, any other is for a person to see played. */
const USUAL_CODECS: readonly string[] = ['AVC', 'HEVC', 'MPEG-4 Visual', 'MPEG Video', 'H.263'];
const IMAGE = { formats: ['jpg', 'png'], maxBytes: 50 * MB, maxPixels: 3_686_400 } as const;
/** Facts 7.8: 1 to 100 Latin or 1 to 50 CJK characters, so a CJK character counts twice. */
const TEXT_LIMIT = 100;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

function finding(code: string, measured: string, limit: string, severity: 'error' | 'warning' = 'error'): CreativeFinding {
  return { code, severity, measured, limit };
}

function shapeFindings({ width, height }: MeasuredMedia): CreativeFinding[] {
  const shape = SHAPES.find(({ ratio }) => height > 0 && Math.abs(width / height / ratio - 1) <= RATIO_TOLERANCE);
  if (!shape) return [finding('ratio', `${width}x${height}`, `one of ${SHAPES.map(({ name }) => name).join(', ')}`)];
  const small = width < shape.width || height < shape.height;
  return small ? [finding('resolution', `${width}x${height}`, `at least ${shape.width}x${shape.height} for ${shape.name}`)] : [];
}

function sizeFindings(media: MeasuredMedia, limits: { readonly formats: readonly string[]; readonly maxBytes: number }): CreativeFinding[] {
  return [
    ...(limits.formats.includes(media.format) ? [] : [finding('format', media.format, `one of ${limits.formats.join(', ')}`)]),
    ...(media.sizeBytes > limits.maxBytes
      ? [finding('file_size', `${(media.sizeBytes / MB).toFixed(1)} MB`, `at most ${limits.maxBytes / MB} MB`)]
      : []),
  ];
}

function codecFindings({ codec }: MeasuredMedia): CreativeFinding[] {
  if (USUAL_CODECS.includes(codec)) return [];
  const limit = `usual are ${USUAL_CODECS.join(', ')}; TikTok documents none`;
  return [{ ...finding('codec', codec, limit, 'warning'), needsHuman: true }];
}

function videoFindings(media: MeasuredMedia): CreativeFinding[] {
  const { durationSec: seconds, bitrateKbps } = media;
  const [from, to] = VIDEO.advisedSec;
  const allowed = seconds >= VIDEO.minSec && seconds <= VIDEO.maxSec;
  return [
    ...sizeFindings(media, VIDEO),
    ...codecFindings(media),
    ...(allowed ? [] : [finding('duration', `${seconds} s`, `${VIDEO.minSec} to ${VIDEO.maxSec} s`)]),
    ...(allowed && (seconds < from || seconds > to)
      ? [finding('duration_advice', `${seconds} s`, `TikTok advises ${from} to ${to} s`, 'warning')]
      : []),
    ...(bitrateKbps < VIDEO.minKbps ? [finding('bitrate', `${bitrateKbps} kbps`, `at least ${VIDEO.minKbps} kbps`)] : []),
  ];
}

function imageFindings(media: MeasuredMedia): CreativeFinding[] {
  const pixels = media.width * media.height;
  return [
    ...sizeFindings(media, IMAGE),
    ...(pixels > IMAGE.maxPixels ? [finding('pixels', `${pixels} px`, `at most ${IMAGE.maxPixels} px`)] : []),
  ];
}

/** What is wrong with an ad's text (facts 7.8). */
export function textFindings(text: string): CreativeFinding[] {
  const length = [...text.trim()].reduce((sum, character) => sum + (CJK.test(character) ? 2 : 1), 0);
  const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.exec(text)?.[0];
  const forbidden = /[{}#]/.exec(text)?.[0];
  return [
    ...(length === 0 || length > TEXT_LIMIT
      ? [finding('text_length', `${length} characters (CJK counts twice)`, `1 to ${TEXT_LIMIT}`)]
      : []),
    ...(emoji === undefined ? [] : [finding('text_emoji', emoji, 'no emoji')]),
    ...(forbidden === undefined ? [] : [finding('text_character', forbidden, 'none of { } #')]),
  ];
}

/** Music rights: a licence is named, and sound that is declared as none is for a person to hear. */
function musicFindings(media: MeasuredMedia, { music }: Creative): CreativeFinding[] {
  if (music.source === 'licensed' && !music.licence)
    return [finding('music_licence', 'licensed, without a licence', 'the licence is named')];
  if (media.audio && music.source === 'none') {
    return [
      {
        ...finding(
          'music_undeclared',
          'the file has sound, its music is declared as none',
          'a person hears that there is no music in it',
          'warning',
        ),
        needsHuman: true,
      },
    ];
  }
  return [];
}

/** A statement that the vertical's approvers look for is missing: they may know better, the engine does not. */
function declarationFindings(creative: Creative, vertical: string): CreativeFinding[] {
  const wanted = Object.hasOwn(VERTICALS, vertical) ? (VERTICALS[vertical]?.declarations ?? []) : [];
  const missing = wanted.filter((name) => !creative.declarations.includes(name));
  return missing.map((name) => ({
    ...finding('declaration_missing', `${name} is not declared`, `approvers of ${vertical} look for it`, 'warning'),
    needsHuman: true,
  }));
}

/**
 * A creative against TikTok's rules for in-feed ads (facts 7.7, 7.8), music rights and what its vertical demands.
 *
 * @returns every violation with what was measured and the limit, and the verdict that follows from them
 */
export function checkCreative(
  media: MeasuredMedia,
  creative: Creative,
  vertical: string,
): { verdict: CreativeVerdict; findings: CreativeFinding[] } {
  const findings = [
    ...shapeFindings(media),
    ...(media.kind === 'video' ? videoFindings(media) : imageFindings(media)),
    ...textFindings(creative.text),
    ...musicFindings(media, creative),
    ...declarationFindings(creative, vertical),
  ];
  return { verdict: verdictOf(findings), findings };
}

function verdictOf(findings: readonly CreativeFinding[]): CreativeVerdict {
  if (findings.some(({ severity }) => severity === 'error')) return 'reject';
  if (findings.some(({ needsHuman }) => needsHuman)) return 'needs_human';
  return findings.length > 0 ? 'accept_with_warning' : 'accept';
}

/** One measured property of a file beside what TikTok takes; `fits` is undefined where there is no limit. */
export interface SpecLine {
  readonly name: string;
  readonly measured: string;
  readonly limit: string;
  readonly fits?: boolean;
}

/** What was measured of a file with the limit of each, as an approver compares them; the same rules as `checkCreative`. */
export function specLines(media: MeasuredMedia): SpecLine[] {
  const { kind, format, codec, width, height, durationSec, bitrateKbps, sizeBytes, audio } = media;
  const found = new Set(
    [...shapeFindings(media), ...(kind === 'video' ? videoFindings(media) : imageFindings(media))].map(({ code }) => code),
  );
  const line = (name: string, measured: string, limit: string, ...codes: string[]): SpecLine => ({
    name,
    measured,
    limit,
    fits: !codes.some((code) => found.has(code)),
  });
  const limits = kind === 'video' ? VIDEO : IMAGE;
  const shapes = SHAPES.map((shape) => `${shape.name} from ${shape.width}x${shape.height}`).join(', ');
  return [
    line('Format', format, limits.formats.join(', '), 'format'),
    line('Picture', `${width}x${height}`, shapes, 'ratio', 'resolution'),
    line(
      'Size',
      sizeBytes < MB / 10 ? `${Math.ceil(sizeBytes / 1_024)} kB` : `${(sizeBytes / MB).toFixed(1)} MB`,
      `at most ${limits.maxBytes / MB} MB`,
      'file_size',
    ),
    ...(kind === 'video'
      ? [
          line(
            'Duration',
            `${durationSec} s`,
            `${VIDEO.minSec} to ${VIDEO.maxSec} s, advised ${VIDEO.advisedSec.join(' to ')} s`,
            'duration',
          ),
          line('Bit rate', `${bitrateKbps} kbps`, `at least ${VIDEO.minKbps} kbps`, 'bitrate'),
          line('Codec', codec, `usual are ${USUAL_CODECS.join(', ')}`, 'codec'),
          { name: 'Sound', measured: audio ? 'yes' : 'no', limit: 'none' },
        ]
      : [line('Pixels', String(width * height), `at most ${IMAGE.maxPixels}`, 'pixels')]),
  ];
}
