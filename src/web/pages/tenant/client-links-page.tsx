import type { Person } from '../../../domain/people.js';
import { clientLinkStanding } from '../../../domain/client-links.js';
import { CLIENT_FILE_TYPES } from '../../../domain/file-signatures.js';
import type { ClientFile } from '../../../store/client-files.js';
import type { ClientLink } from '../../../store/client-links.js';
import { Instant } from '../../layout/instants.js';
import { Layout } from '../../layout/layout.js';
import { ClientLinkForm, FreshLink, type LinkChoice, sayChoice } from './client-link-form.js';

export interface ClientLinksPageProps {
  readonly slug: string;
  readonly legalName: string;
  readonly viewer: Person;
  readonly csrfToken: string;
  readonly openGates: number;
  readonly zone: string;
  readonly now: Date;
  readonly links: readonly ClientLink[];
  readonly files: readonly ClientFile[];
  /** Why TikTok refused what came by a link afterwards, by the link's id. */
  readonly refusals: ReadonlyMap<string, string>;
  /** Undefined for those who do not make links. */
  readonly choices?: readonly LinkChoice[] | undefined;
  /** The address of the link that was made by this request. */
  readonly address?: string | undefined;
  readonly said?: { readonly accepted: boolean; readonly message: string } | undefined;
}

const TONES = { open: 'wait', used: 'good', expired: 'soft', revoked: 'soft' } as const;

function Revoke({ slug, link, csrfToken }: { readonly slug: string; readonly link: ClientLink; readonly csrfToken: string }) {
  return (
    <form method="post" action={`/tenants/${slug}/links/${link.id}/revoke`} class="row">
      <input type="hidden" name="csrf" value={csrfToken} />
      <label>
        Reason
        <input name="reason" minlength={3} maxlength={500} required />
      </label>
      <button class="danger">Take back</button>
    </form>
  );
}

function Links({ slug, links, refusals, zone, now, csrfToken, choices }: ClientLinksPageProps) {
  if (links.length === 0) return <p class="soft">No link was handed out yet.</p>;
  return (
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Link</th>
            <th scope="col">Standing</th>
            <th scope="col">Asks for</th>
            <th scope="col">By</th>
            <th scope="col">Expires</th>
            <th scope="col">Take back</th>
          </tr>
        </thead>
        <tbody>
          {links.map((link) => {
            const standing = clientLinkStanding(link, now);
            const refusal = standing === 'used' ? refusals.get(link.id) : undefined;
            const takesAnother = clientLinkStanding({ ...link, usedAt: null }, now) === 'open';
            return (
              <tr>
                <th scope="row">{link.id}</th>
                <td data-label="Standing">
                  <span class={`state ${refusal === undefined ? TONES[standing] : 'bad'}`}>
                    {refusal === undefined ? standing : 'refused by TikTok'}
                  </span>
                  {refusal === undefined ? null : (
                    <p class="soft">
                      {refusal}; {takesAnother ? 'the link takes another code' : 'the link has expired, make a new one'}
                    </p>
                  )}
                </td>
                <td data-label="Asks for">
                  {sayChoice(link)}
                  {link.why === '' ? null : <p class="soft">{link.why}</p>}
                </td>
                <td data-label="By">
                  {link.createdBy} <Instant at={link.createdAt} zone={zone} now={now} />
                </td>
                <td data-label="Expires">
                  <Instant at={link.expiresAt} zone={zone} now={now} />
                </td>
                <td data-label="Take back">
                  {standing === 'open' && choices !== undefined ? <Revoke slug={slug} link={link} csrfToken={csrfToken} /> : '–'}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Files({ slug, files, zone }: ClientLinksPageProps) {
  if (files.length === 0) return <p class="soft">No file was handed in yet.</p>;
  return (
    <ul>
      {files.map((file) => (
        <li>
          <a href={`/tenants/${slug}/client-files/${file.sha256}`} download>
            {file.name}
          </a>{' '}
          · {CLIENT_FILE_TYPES[file.mediaType].toUpperCase()}, {Math.max(1, Math.round(file.size / 1_024))} kB ·{' '}
          <Instant at={file.uploadedAt} zone={zone} /> · by link {file.linkId}
          <p class="soft">
            SHA-256 <code>{file.sha256}</code>
          </p>
        </li>
      ))}
    </ul>
  );
}

/** What the client of a tenant is asked by links, what came back, and the form for another link. */
export function ClientLinksPage(props: ClientLinksPageProps) {
  const { slug, legalName, viewer, csrfToken, choices, said, address } = props;
  return (
    <Layout title={`Client of ${slug}`} person={viewer} csrfToken={csrfToken} openGates={props.openGates} here="tenants">
      <p class="soft">
        <a href={`/tenants/${slug}`}>{slug}</a> · {legalName}
      </p>
      <h1>Links for the client</h1>
      {said === undefined ? null : (
        <p class={`note ${said.accepted ? 'good' : 'bad'}`} role={said.accepted ? 'status' : 'alert'}>
          {said.message}
        </p>
      )}
      {address === undefined ? null : <FreshLink address={address} />}
      {choices === undefined ? null : (
        <>
          <h2>Hand the client a link</h2>
          <ClientLinkForm slug={slug} csrfToken={csrfToken} choices={choices} />
        </>
      )}
      <h2>Links that were handed out</h2>
      <Links {...props} />
      <h2>Files that the client handed in</h2>
      <p class="soft">Nobody has looked into them: open them as you would open any file from outside.</p>
      <Files {...props} />
    </Layout>
  );
}
