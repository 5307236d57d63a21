import type { ClientLinkPurpose } from '../../domain/client-links.js';
import { CLIENT_FILE_TYPES, LARGEST_CLIENT_FILE_BYTES } from '../../domain/file-signatures.js';
import { MOST_FILES } from './uploads.js';

const ACCEPTED = Object.keys(CLIENT_FILE_TYPES).join(',');

function Files({ label, required }: { readonly label: string; readonly required: boolean }) {
  return (
    <>
      <label>
        {label}
        <input type="file" name="file" accept={ACCEPTED} multiple required={required} aria-describedby="files" />
      </label>
      <p class="soft" id="files">
        PDF, JPEG or PNG; at most {MOST_FILES} files of {LARGEST_CLIENT_FILE_BYTES / 1_024 / 1_024} MB. Only the people at Kobi who work on
        this can open them.
      </p>
    </>
  );
}

function Name() {
  return (
    <label>
      Your name
      <input name="name" maxlength={120} autocomplete="name" required />
    </label>
  );
}

function Send({ text }: { readonly text: string }) {
  return (
    <div class="actions">
      <button>{text}</button>
    </div>
  );
}

function SparkCodeForm({ action }: { readonly action: string }) {
  return (
    <>
      <h2>How to get the code</h2>
      <ol>
        <li>Open the post in the TikTok app, signed in as its creator, and tap ⋯ (more).</li>
        <li>Choose “Ad settings” and allow the authorisation for ads.</li>
        <li>Choose “Generate code”, for as long a time as you agree to, and copy the code.</li>
      </ol>
      <form method="post" action={action}>
        <label>
          The code
          <textarea name="code" maxlength={300} autocomplete="off" autocapitalize="off" spellcheck={false} required></textarea>
        </label>
        <Send text="Hand in the code" />
      </form>
    </>
  );
}

function MusicForm({ action, creative }: { readonly action: string; readonly creative: string }) {
  return (
    <form method="post" action={action} enctype="multipart/form-data">
      <label class="check">
        <input type="checkbox" name="confirmed" value="yes" required /> We hold the rights to use the music of “{creative}” in TikTok ads.
      </label>
      <label>
        Which licence covers it
        <textarea name="statement" maxlength={1_000}></textarea>
      </label>
      <Files label="The licence, if you have it as a file" required={false} />
      <Name />
      <Send text="Confirm" />
    </form>
  );
}

function PapersForm({ action }: { readonly action: string }) {
  return (
    <form method="post" action={action} enctype="multipart/form-data">
      <Files label="The papers" required />
      <Name />
      <Send text="Hand in the papers" />
    </form>
  );
}

function AccountForm({ action, tiktokPage }: { readonly action: string; readonly tiktokPage: string | undefined }) {
  if (tiktokPage === undefined)
    return <p class="note wait">TikTok's page for it is not ready yet, or the account is connected already. Please look again later.</p>;
  return (
    <>
      <p>
        <a class="button" href={tiktokPage} rel="noreferrer noopener">
          Open TikTok's page
        </a>
      </p>
      <p>Sign in there as the owner of the account and agree. Then come back and tell us.</p>
      <form method="post" action={action}>
        <Send text="I have agreed at TikTok" />
      </form>
    </>
  );
}

/** The one form of a link. It works without JavaScript and on a phone. */
export function ClientForm(props: {
  readonly purpose: ClientLinkPurpose;
  readonly item: string | null;
  readonly action: string;
  /** Where the owner of the TikTok account agrees; only for `account_link`. */
  readonly tiktokPage: string | undefined;
}) {
  switch (props.purpose) {
    case 'spark_code':
      return <SparkCodeForm action={props.action} />;
    case 'music_licence':
      return <MusicForm action={props.action} creative={props.item ?? ''} />;
    case 'verification_papers':
      return <PapersForm action={props.action} />;
    case 'account_link':
      return <AccountForm action={props.action} tiktokPage={props.tiktokPage} />;
  }
}
