import { z } from 'zod';
import type { GateStatus } from '../../../contract/status.js';
import { amountText } from '../../../domain/money.js';

/** Files and posts that an approver opens beside the evidence, by the id in the tenant file. */
export interface ExhibitLink {
  readonly id: string;
  readonly href: string;
  readonly media: 'video' | 'image' | 'page';
}

const finding = z.looseObject({ code: z.string(), severity: z.string(), message: z.string() });
const creative = z.looseObject({
  id: z.string(),
  kind: z.string(),
  text: z.string(),
  music: z.unknown(),
  declarations: z.array(z.string()),
  sha256: z.string(),
  verdict: z.string(),
  measured: z.record(z.string(), z.unknown()),
  findings: z.array(finding),
});
const creatives = z.looseObject({ kind: z.literal('creative_policy'), creatives: z.array(creative) });
const post = z.looseObject({
  id: z.string(),
  itemId: z.string(),
  handle: z.string(),
  text: z.string(),
  status: z.string(),
  authorisedUntil: z.string().nullable(),
});
const posts = z.looseObject({ kind: z.literal('spark_ads'), advertiserId: z.string(), posts: z.array(post) });
const funding = z.looseObject({
  kind: z.literal('initial_funding'),
  amountMinor: z.int(),
  currency: z.string(),
  advertiserId: z.string(),
  advertiserName: z.string(),
  bcId: z.string(),
  budgetCapMinor: z.int().nullable(),
  thresholdMinor: z.int(),
  paymentModel: z.string(),
});

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** An image has no duration and no bitrate; the probe's zeros would read as measurements. */
function measuredOf(kind: string, measured: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const videoOnly = ['durationSec', 'bitrateKbps', 'audio'];
  return Object.fromEntries(Object.entries(measured).filter(([name]) => kind === 'video' || !videoOnly.includes(name)));
}

/** `{ source: 'cml', title: 'Sun' }` as `source: cml · title: Sun`. */
function fieldsText(value: unknown): string {
  const fields = z.record(z.string(), z.unknown()).safeParse(value);
  if (!fields.success) return plain(value);
  return Object.entries(fields.data)
    .map(([name, field]) => `${name}: ${plain(field)}`)
    .join(' · ');
}

function Facts({ facts }: { readonly facts: Readonly<Record<string, unknown>> }) {
  return (
    <dl>
      {Object.entries(facts).map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{plain(value)}</dd>
        </>
      ))}
    </dl>
  );
}

function Exhibit({ exhibit, label }: { readonly exhibit: ExhibitLink | undefined; readonly label: string }) {
  if (!exhibit) return <p class="soft">The file itself is not at hand here; its hash is below.</p>;
  if (exhibit.media === 'page')
    return (
      <p>
        <a href={exhibit.href} rel="noreferrer">
          Open {label} on TikTok
        </a>
      </p>
    );
  return exhibit.media === 'video' ? (
    <video src={exhibit.href} controls preload="metadata" aria-label={label}></video>
  ) : (
    <img src={exhibit.href} alt={label} />
  );
}

function Creative({ item, exhibit }: { readonly item: z.infer<typeof creative>; readonly exhibit: ExhibitLink | undefined }) {
  return (
    <section class="panel">
      <h3>{item.id}</h3>
      <Exhibit exhibit={exhibit} label={item.id} />
      <blockquote>{item.text}</blockquote>
      <Facts
        facts={{
          verdict: item.verdict.replaceAll('_', ' '),
          ...measuredOf(item.kind, item.measured),
          music: fieldsText(item.music),
          declarations: item.declarations.join(', ') || 'none',
          sha256: item.sha256,
        }}
      />
      {item.findings.map((each) => (
        <p class={`note ${each.severity === 'error' ? 'bad' : 'wait'}`}>{each.message}</p>
      ))}
    </section>
  );
}

function Funding({ facts }: { readonly facts: z.infer<typeof funding> }) {
  const { currency } = facts;
  return (
    <section class="panel">
      <p class="amount">{amountText(facts.amountMinor, currency)}</p>
      <dl>
        <dt>goes to</dt>
        <dd>
          {facts.advertiserName} ({facts.advertiserId})
        </dd>
        <dt>from Business Center</dt>
        <dd>{facts.bcId}</dd>
        <dt>cap a month</dt>
        <dd>{facts.budgetCapMinor === null ? 'none' : amountText(facts.budgetCapMinor, currency)}</dd>
        <dt>above the threshold of</dt>
        <dd>{amountText(facts.thresholdMinor, currency)}</dd>
        <dt>payment</dt>
        <dd>{facts.paymentModel}</dd>
      </dl>
    </section>
  );
}

/** What the decision is about, as the approver must see it; evidence of an unknown shape is shown as it is. */
export function EvidenceView({ gate, exhibits }: { readonly gate: GateStatus; readonly exhibits: readonly ExhibitLink[] }) {
  const exhibitOf = (id: string): ExhibitLink | undefined => exhibits.find((each) => each.id === id);
  const asCreatives = creatives.safeParse(gate.evidence);
  if (asCreatives.success)
    return (
      <>
        {asCreatives.data.creatives.map((item) => (
          <Creative item={item} exhibit={exhibitOf(item.id)} />
        ))}
      </>
    );
  const asPosts = posts.safeParse(gate.evidence);
  if (asPosts.success)
    return (
      <>
        {asPosts.data.posts.map((item) => (
          <section class="panel">
            <h3>{item.id}</h3>
            <Exhibit exhibit={exhibitOf(item.id)} label={item.id} />
            <blockquote>{item.text}</blockquote>
            <Facts
              facts={{
                author: `@${item.handle}`,
                post: item.itemId,
                status: item.status,
                'usable until': item.authorisedUntil ?? 'not said',
              }}
            />
          </section>
        ))}
      </>
    );
  const asFunding = funding.safeParse(gate.evidence);
  if (asFunding.success) return <Funding facts={asFunding.data} />;
  return <pre>{JSON.stringify(gate.evidence, null, 2)}</pre>;
}
