import type { CreativeFinding, CreativeVerdict, MeasuredMedia } from '../../domain/creative-specs.js';
import { clean, type Paint } from './text.js';

const TONE = { accept: 'good', accept_with_warning: 'warn', needs_human: 'warn', reject: 'bad' } as const;

/** What was measured of a creative, the verdict, and each violation with its limit. */
export function renderCreative(
  file: string,
  verdict: CreativeVerdict,
  media: MeasuredMedia,
  findings: readonly CreativeFinding[],
  paint: Paint,
): string[] {
  const size = `${(media.sizeBytes / (1024 * 1024)).toFixed(2)} MiB`;
  const video =
    media.kind === 'video' ? `, ${media.durationSec} s, ${media.bitrateKbps} kbps, ${media.audio ? 'with' : 'without'} sound` : '';
  return [
    `${clean(file)}: ${paint(TONE[verdict], verdict)}`,
    `  ${media.kind}, ${media.format} (${media.codec}), ${media.width} x ${media.height} px, ${size}${video}`,
    ...findings.map(
      (finding) =>
        `  ${paint(finding.severity === 'error' ? 'bad' : 'warn', finding.severity)} ${finding.code}: ${clean(finding.measured)}; allowed: ${clean(finding.limit)}`,
    ),
  ];
}
