import { crc32, deflateSync } from 'node:zlib';

/** A real PNG of one colour. */
export function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
  };
  const head = Buffer.concat([uint32(width), uint32(height), Buffer.from([8, 2, 0, 0, 0])]);
  const pixels = Buffer.alloc(height * (1 + width * 3), 0x7f);
  for (let row = 0; row < height; row += 1) pixels[row * (1 + width * 3)] = 0;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export interface Movie {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly kbps: number;
}

const uint16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
const zeros = (count: number): Buffer => Buffer.alloc(count);
const text = (value: string): Buffer => Buffer.from(value, 'latin1');
function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([uint32(body.length + 8), text(type), body]);
}
const MATRIX = Buffer.concat([0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(uint32));
const SCALE = 1_000;

/** An MP4 with one H.264 track of one frame a second; the frames are empty, everything that a probe reads is real. */
export function mp4({ width, height, seconds, kbps }: Movie): Buffer {
  const frames = Math.max(1, Math.round(seconds));
  const frameBytes = Math.floor((kbps * 1_000 * seconds) / 8 / frames);
  const ftyp = box('ftyp', text('isom'), uint32(0x200), text('isomavc1'));
  const mdat = box('mdat', zeros(frameBytes * frames));
  const duration = Math.round(seconds * SCALE);
  const avcC = box('avcC', Buffer.from([1, 0x42, 0xc0, 0x1e, 0xff, 0xe0, 0]));
  const avc1 = box(
    'avc1',
    zeros(6),
    uint16(1),
    zeros(16),
    uint16(width),
    uint16(height),
    uint32(0x480000),
    uint32(0x480000),
    uint32(0),
    uint16(1),
    zeros(32),
    uint16(0x18),
    uint16(0xffff),
    avcC,
  );
  const stbl = box(
    'stbl',
    box('stsd', uint32(0), uint32(1), avc1),
    box('stts', uint32(0), uint32(1), uint32(frames), uint32(Math.round(duration / frames))),
    box('stsc', uint32(0), uint32(1), uint32(1), uint32(frames), uint32(1)),
    box('stsz', uint32(0), uint32(frameBytes), uint32(frames)),
    box('stco', uint32(0), uint32(1), uint32(ftyp.length + 8)),
  );
  const dinf = box('dinf', box('dref', uint32(0), uint32(1), box('url ', uint32(1))));
  const minf = box('minf', box('vmhd', uint32(1), zeros(8)), dinf, stbl);
  const mdhd = box('mdhd', zeros(12), uint32(SCALE), uint32(duration), uint16(0x55c4), zeros(2));
  const mdia = box('mdia', mdhd, box('hdlr', zeros(8), text('vide'), zeros(12), text('video\0')), minf);
  const tkhd = box(
    'tkhd',
    uint32(3),
    zeros(8),
    uint32(1),
    zeros(4),
    uint32(duration),
    zeros(16),
    MATRIX,
    uint32(width << 16),
    uint32(height << 16),
  );
  const mvhd = box(
    'mvhd',
    zeros(12),
    uint32(SCALE),
    uint32(duration),
    uint32(0x10000),
    uint16(0x100),
    zeros(10),
    MATRIX,
    zeros(24),
    uint32(2),
  );
  return Buffer.concat([ftyp, mdat, box('moov', mvhd, box('trak', tkhd, mdia))]);
}
