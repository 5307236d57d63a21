import type { Child } from 'hono/jsx';
import type { ClientLink } from '../../store/client-links.js';
import { Instant } from '../layout/instants.js';
import { Layout } from '../layout/layout.js';
import { SENTENCES } from './sentences.js';

/** Whoever sent the link, as far as people.yaml still knows them. */
export interface Asker {
  readonly id: string;
  readonly mail?: string | undefined;
}

function Questions({ asker }: { readonly asker: Asker }) {
  return (
    <p class="soft">
      Questions? {asker.mail === undefined ? `Ask ${asker.id} at Kobi.` : <a href={`mailto:${asker.mail}`}>Write to {asker.mail}</a>}
    </p>
  );
}

export interface ClientPageProps {
  readonly link: ClientLink;
  readonly legalName: string;
  readonly asker: Asker;
  readonly zone: string;
  /** Why the last answer did not count. */
  readonly fault?: string | undefined;
  /** The form. */
  readonly children?: Child;
}

/** What a client sees who opens a link: who asks, why, for what, by when, and the form. */
export function ClientPage({ link, legalName, asker, zone, fault, children }: ClientPageProps) {
  const { title, why } = SENTENCES[link.purpose];
  return (
    <Layout title="A question from Kobi">
      <h1>{title(link.item ?? '')}</h1>
      {fault === undefined ? null : (
        <p class="note bad" role="alert" id="fault">
          {fault}
        </p>
      )}
      <dl>
        <dt>Who asks</dt>
        <dd>
          {asker.id} at Kobi, which looks after the TikTok ads of {legalName}
        </dd>
        <dt>Why</dt>
        <dd>
          {why}
          {link.why === '' ? null : (
            <>
              <br />
              {link.why}
            </>
          )}
        </dd>
        {link.address === null || !/^https?:\/\//.test(link.address) ? null : (
          <>
            <dt>The post</dt>
            <dd>
              <a href={link.address} rel="noreferrer noopener">
                {link.address}
              </a>
            </dd>
          </>
        )}
        <dt>By when</dt>
        <dd>
          <Instant at={link.expiresAt} zone={zone} />
          {zone === 'UTC' ? '' : ` (${zone})`}. After that this link opens nothing.
        </dd>
      </dl>
      {children}
      <p class="soft">You need no account. This link is for you alone and takes one answer; please do not pass it on.</p>
      <Questions asker={asker} />
    </Layout>
  );
}

/** A page that only says something. */
export function ClientNote(props: {
  readonly title: string;
  readonly tone: 'good' | 'wait' | 'bad';
  readonly text: string;
  readonly asker?: Asker;
}) {
  return (
    <Layout title={props.title}>
      <h1>{props.title}</h1>
      <p class={`note ${props.tone}`} role="status">
        {props.text}
      </p>
      {props.asker === undefined ? null : <Questions asker={props.asker} />}
    </Layout>
  );
}
