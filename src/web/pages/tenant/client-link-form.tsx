import { CopyField } from '../../layout/linked.js';
import { type ClientLinkPurpose, LINK_DAYS } from '../../../domain/client-links.js';

/** What a link can be about, as one entry of the list. */
export interface LinkChoice {
  readonly purpose: ClientLinkPurpose;
  readonly item?: string;
}

const SAYS: Readonly<Record<ClientLinkPurpose, string>> = {
  spark_code: 'Spark code of the post',
  music_licence: 'Music rights of the creative',
  verification_papers: 'Papers for the verification of the company',
  account_link: 'Connecting the TikTok account',
};

export function sayChoice({ purpose, item }: { readonly purpose: ClientLinkPurpose; readonly item?: string | null }): string {
  return `${SAYS[purpose]}${item === undefined || item === null ? '' : ` ${item}`}`;
}

/** Where links and answers of the client are. */
export function ClientLinksPointer({ slug, operates }: { readonly slug: string; readonly operates: boolean }) {
  return (
    <p>
      <a class="button" href={`/tenants/${slug}/links`}>
        {operates ? 'Links for the client' : 'What the client was asked'}
      </a>
    </p>
  );
}

/** The form by which an operator makes a link for the client. */
export function ClientLinkForm(props: { readonly slug: string; readonly csrfToken: string; readonly choices: readonly LinkChoice[] }) {
  return (
    <form method="post" action={`/tenants/${props.slug}/links`}>
      <input type="hidden" name="csrf" value={props.csrfToken} />
      <label>
        What the client is asked for
        <select name="about" required>
          {props.choices.map((choice) => (
            <option value={`${choice.purpose}:${choice.item ?? ''}`}>{sayChoice(choice)}</option>
          ))}
        </select>
      </label>
      <label>
        What you tell them besides (may be empty)
        <textarea name="why" maxlength={500}></textarea>
      </label>
      <label>
        Days until it expires
        <input name="days" type="number" min={LINK_DAYS.least} max={LINK_DAYS.most} value={LINK_DAYS.usual} required />
      </label>
      <div class="actions">
        <button>Make the link</button>
      </div>
    </form>
  );
}

/** The link itself, which is shown here and never again. */
export function FreshLink({ address }: { readonly address: string }) {
  return (
    <div class="note good" role="status">
      <p>
        <strong>Send this link to the client now; it is not shown again.</strong>
      </p>
      <CopyField label="The link" value={address} />
      <p>
        <a href={address}>Look at it as the client sees it</a>
      </p>
      <p class="soft">Whoever has it can answer. It takes one answer; opening it changes nothing.</p>
    </div>
  );
}
