import type { Child } from 'hono/jsx';
import { z } from 'zod';
import type { GateStatus } from '../../../contract/status.js';
import { amountText } from '../../../domain/money.js';
import { tiktokWord } from '../../../domain/tiktok-words.js';
import { tiktokScreen } from '../../../domain/tiktok-screens.js';
import { Instant } from '../../layout/instants.js';
import { Creative, creativeSchema } from './creative-view.js';
import { Exhibit, type ExhibitLink } from './exhibit.js';

const post = z.looseObject({
  id: z.string(),
  itemId: z.string(),
  handle: z.string(),
  text: z.string(),
  status: z.string(),
  authorisedUntil: z.string().nullable(),
});
const evidenceSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('creative_policy'), creatives: z.array(creativeSchema) }),
  z.looseObject({ kind: z.literal('spark_ads'), posts: z.array(post) }),
  z.looseObject({
    kind: z.literal('initial_funding'),
    amountMinor: z.int(),
    currency: z.string(),
    advertiserName: z.string(),
    bcId: z.string(),
    budgetCapMinor: z.int().nullable(),
    thresholdMinor: z.int(),
    paymentModel: z.string(),
    fundedTodayMinor: z.int().default(0),
  }),
  z.looseObject({
    kind: z.literal('business_verification'),
    legalName: z.string(),
    country: z.string(),
    status: z.string(),
    verificationStatus: z.string(),
    rejectionReason: z.string(),
  }),
]);

export interface EvidenceProps {
  readonly gate: GateStatus;
  readonly exhibits: readonly ExhibitLink[];
  /** The account that the decision concerns, where there is one already. */
  readonly advertiserId: string | undefined;
  readonly zone: string;
}

/** The account that the decision will hit, with TikTok's own screen of it. */
export function Account({ id, name }: { readonly id: string | undefined; readonly name?: string }) {
  if (id === undefined) return <>{name ?? 'there is none yet'}</>;
  return (
    <>
      {name === undefined ? null : `${name}, `}
      <a href={tiktokScreen('advertiserId', id, {}) ?? ''} rel="noreferrer">
        <code>{id}</code>
      </a>
    </>
  );
}

function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: Child])[] }) {
  return (
    <dl>
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

function until(instant: string | null, zone: string): Child {
  return instant !== null && !Number.isNaN(Date.parse(instant)) ? <Instant at={instant} zone={zone} /> : (instant ?? 'not said');
}

/** What the decision is about, as the approver must see it; evidence of an unknown shape is shown as it is. */
export function EvidenceView({ gate, exhibits, advertiserId, zone }: EvidenceProps) {
  const exhibitOf = (id: string): ExhibitLink | undefined => exhibits.find((each) => each.id === id);
  const evidence = evidenceSchema.safeParse(gate.evidence).data;
  switch (evidence?.kind) {
    case undefined:
      return <pre>{JSON.stringify(gate.evidence, null, 2)}</pre>;
    case 'creative_policy':
      return (
        <>
          <Facts facts={[['Account it will hit', <Account id={advertiserId} />]]} />
          {evidence.creatives.map((item) => (
            <Creative item={item} exhibit={exhibitOf(item.id)} />
          ))}
        </>
      );
    case 'spark_ads':
      return (
        <>
          <Facts facts={[['Account it will hit', <Account id={advertiserId} />]]} />
          {evidence.posts.map((item) => (
            <section class="panel">
              <h3>{item.id}</h3>
              <Exhibit exhibit={exhibitOf(item.id)} label={item.id} />
              <blockquote>{item.text}</blockquote>
              <Facts
                facts={[
                  [
                    'Author',
                    <a href={`https://www.tiktok.com/@${encodeURIComponent(item.handle.replace(/^@/, ''))}`}>
                      @{item.handle.replace(/^@/, '')}
                    </a>,
                  ],
                  ['Post', <code>{item.itemId}</code>],
                  ['TikTok says', tiktokWord(item.status)],
                  ['The creator lets us use it until', until(item.authorisedUntil, zone)],
                ]}
              />
            </section>
          ))}
        </>
      );
    case 'initial_funding': {
      const { currency, amountMinor, budgetCapMinor, thresholdMinor, fundedTodayMinor } = evidence;
      return (
        <section class="panel">
          <p class="amount">{amountText(amountMinor, currency)}</p>
          <Facts
            facts={[
              ['Account it will hit', <Account id={advertiserId} name={evidence.advertiserName} />],
              ['From the Business Center', <code>{evidence.bcId}</code>],
              ['Cap a month', budgetCapMinor === null ? 'none' : amountText(budgetCapMinor, currency)],
              [
                'Asked because it is above',
                `${amountText(thresholdMinor, currency)}${fundedTodayMinor === 0 ? '' : `, with ${amountText(fundedTodayMinor, currency)} funded earlier today`}`,
              ],
              ['Payment', tiktokWord(evidence.paymentModel)],
            ]}
          />
        </section>
      );
    }
    case 'business_verification':
      return (
        <section class="panel">
          <Facts
            facts={[
              ['Company', `${evidence.legalName}, ${evidence.country}`],
              ['Account it will hit', <Account id={advertiserId} />],
              ['TikTok says of the account', tiktokWord(evidence.status) || 'nothing'],
              ['TikTok says of the verification', tiktokWord(evidence.verificationStatus) || 'nothing'],
              ['Why TikTok refused', evidence.rejectionReason || 'it did not'],
            ]}
          />
        </section>
      );
  }
}
