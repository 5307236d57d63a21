import { z } from 'zod';
import { type SpecLine, specLines } from '../../../domain/creative-specs.js';
import { Exhibit, type ExhibitLink } from './exhibit.js';

export const creativeSchema = z.looseObject({
  id: z.string(),
  kind: z.string(),
  text: z.string(),
  music: z.unknown(),
  declarations: z.array(z.string()),
  sha256: z.string(),
  verdict: z.string(),
  measured: z.record(z.string(), z.unknown()),
  findings: z.array(z.looseObject({ code: z.string(), severity: z.string(), message: z.string() })),
});
const measuredSchema = z.object({
  kind: z.enum(['video', 'image']),
  format: z.string(),
  codec: z.string().default('unknown'),
  width: z.number(),
  height: z.number(),
  durationSec: z.number().default(0),
  bitrateKbps: z.number().default(0),
  sizeBytes: z.number(),
  /** `yes` or `no` in evidence. */
  audio: z.union([z.boolean(), z.enum(['yes', 'no']).transform((said) => said === 'yes')]).default(false),
});
const musicSchema = z.looseObject({ source: z.string(), licence: z.string().optional() });

const SAYS_OF_VERDICT: Readonly<Record<string, string>> = {
  accept: 'The file keeps every rule that can be measured.',
  accept_with_warning: 'The file keeps every rule that can be measured; see what TikTok advises.',
  needs_human: 'Only a person can settle what is named below.',
  reject: 'The file breaks a rule of TikTok’s.',
};
const SAYS_OF_MUSIC: Readonly<Record<string, string>> = {
  none: 'There is none in it',
  original: 'The client’s own',
  commercial_library: 'From TikTok’s commercial music library',
  licensed: 'Licensed',
};

function musicText(music: unknown): string {
  const said = musicSchema.safeParse(music).data;
  if (said === undefined) return JSON.stringify(music ?? 'nothing declared');
  return `${SAYS_OF_MUSIC[said.source] ?? said.source}${said.licence === undefined ? '' : `: ${said.licence}`}`;
}

function Specs({ id, lines }: { readonly id: string; readonly lines: readonly SpecLine[] }) {
  return (
    <div class="scroll" role="region" aria-label={`What was measured of ${id}`} tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Measured</th>
            <th scope="col">Is</th>
            <th scope="col">Limit</th>
            <th scope="col">Keeps it</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, measured, limit, fits }) => (
            <tr>
              <th scope="row">{name}</th>
              <td>{measured}</td>
              <td>{limit}</td>
              <td>{fits === undefined ? '–' : <span class={fits ? 'good' : 'bad'}>{fits ? 'yes' : 'no'}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function measuredLines(kind: string, measured: Readonly<Record<string, unknown>>): readonly SpecLine[] {
  const known = measuredSchema.safeParse({ kind, ...measured });
  if (known.success) return specLines(known.data);
  return Object.entries(measured).map(([name, value]) => ({ name, measured: String(value), limit: '–' }));
}

/** Findings begin with their code, for programs; people read it as words. */
function findingInWords({ code, message }: { readonly code: string; readonly message: string }): string {
  const words = code.replaceAll('_', ' ');
  return message.startsWith(`${code}: `) ? `${words.charAt(0).toUpperCase()}${words.slice(1)}${message.slice(code.length)}` : message;
}

/** One creative: the file itself, its text, what was measured, and what the client declares of music and of its vertical. */
export function Creative({ item, exhibit }: { readonly item: z.infer<typeof creativeSchema>; readonly exhibit: ExhibitLink | undefined }) {
  return (
    <section class="panel">
      <h3>{item.id}</h3>
      <Exhibit exhibit={exhibit} label={item.id} />
      <h4>Text of the ad</h4>
      <blockquote>{item.text}</blockquote>
      <p class={item.verdict === 'accept' ? 'good' : item.verdict === 'reject' ? 'bad' : 'wait'}>
        {SAYS_OF_VERDICT[item.verdict] ?? item.verdict}
      </p>
      {item.findings.map((each) => (
        <p class={`note ${each.severity === 'error' ? 'bad' : 'wait'}`}>{findingInWords(each)}</p>
      ))}
      <Specs id={item.id} lines={measuredLines(item.kind, item.measured)} />
      <dl>
        <dt>Music</dt>
        <dd>{musicText(item.music)}</dd>
        <dt>Declared for the vertical</dt>
        <dd>{item.declarations.map((each) => each.replaceAll('_', ' ')).join(', ') || 'nothing'}</dd>
        <dt>SHA-256 of the file</dt>
        <dd>
          <code>{item.sha256}</code>
        </dd>
      </dl>
    </section>
  );
}
