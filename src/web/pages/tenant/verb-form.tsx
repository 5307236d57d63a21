import { randomUUID } from 'node:crypto';

/** Verbs that a form can send; `amend` needs a file and has a page of its own. */
export const FORM_VERBS = ['retry', 'skip', 'pause', 'resume', 'cancel'] as const;
export type FormVerb = (typeof FORM_VERBS)[number];

const SAYS: Readonly<Record<FormVerb, string>> = {
  retry: 'Try again now',
  skip: 'Leave this step out',
  pause: 'Pause',
  resume: 'Go on',
  cancel: 'Cancel the onboarding',
};

/** Buttons for operators, with the reason that goes into the ledger; sent twice it is one verb. */
export function VerbForm(props: {
  readonly slug: string;
  readonly csrfToken: string;
  readonly verbs: readonly FormVerb[];
  /** Left out for verbs about the whole onboarding. */
  readonly step?: string;
}) {
  return (
    <form method="post" action={`/tenants/${props.slug}/verbs`} class="row">
      <input type="hidden" name="csrf" value={props.csrfToken} />
      <input type="hidden" name="verbId" value={`page-${randomUUID()}`} />
      {props.step === undefined ? null : <input type="hidden" name="step" value={props.step} />}
      <label>
        Reason
        <input name="reason" minlength={3} maxlength={2_000} required />
      </label>
      {props.verbs.map((verb) => (
        <button name="verb" value={verb} class={verb === 'cancel' ? 'danger' : 'second'}>
          {SAYS[verb]}
        </button>
      ))}
    </form>
  );
}

/** The code that a person copies from TikTok's Events Manager, for a pixel that waits for it. */
export function TestCodeForm({ slug, csrfToken }: { readonly slug: string; readonly csrfToken: string }) {
  return (
    <form method="post" action={`/tenants/${slug}/test-code`} class="row">
      <input type="hidden" name="csrf" value={csrfToken} />
      <input type="hidden" name="verbId" value={`page-${randomUUID()}`} />
      <label>
        Test code from Events Manager
        <input name="code" maxlength={64} autocomplete="off" required />
      </label>
      <button>Hand it in</button>
    </form>
  );
}
