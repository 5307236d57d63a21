import { randomUUID } from 'node:crypto';
import type { AmendmentPreview } from '../../../cli/amendment-preview.js';
import type { Fault } from '../../../domain/faults.js';
import type { Person } from '../../../domain/people.js';
import { Faults } from '../../layout/faults.js';
import { Layout } from '../../layout/layout.js';
import { type Said, SaidNote } from '../../layout/said.js';
import { TenantTextFields } from '../../layout/tenant-text.js';
import { SAYS_OF_STEP } from '../../layout/words.js';

export interface AmendPageProps {
  readonly slug: string;
  readonly viewer: Person;
  readonly csrfToken: string;
  readonly openGates: number;
  /** What was handed in last. */
  readonly text: string;
  readonly reason: string;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  readonly preview?: AmendmentPreview | undefined;
  readonly said?: Said | undefined;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}

function Differences({ preview }: { readonly preview: AmendmentPreview }) {
  const { differences, steps, fixed } = preview;
  if (differences.length === 0) return <p class="note">Nothing differs from what the onboarding works with now.</p>;
  return (
    <>
      <h2>What would change</h2>
      <div class="scroll">
        <table class="stack">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Now</th>
              <th scope="col">Then</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ path, before, after }) => (
              <tr>
                <th scope="row">
                  <code>{path}</code>
                </th>
                <td data-label="Now">{before === null ? '–' : <del>{shown(before)}</del>}</td>
                <td data-label="Then">{after === null ? '–' : <ins>{shown(after)}</ins>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {fixed.length > 0 ? (
        <p class="note bad">Cannot change any more: {fixed.join(', ')}. With these differences the amendment is refused.</p>
      ) : (
        <p class="note">
          {steps.length === 0
            ? 'No step reads what differs; nothing would run again.'
            : `Would run again: ${steps.map((step) => SAYS_OF_STEP[step]).join(', ')}. An approval of evidence that changes is void.`}
        </p>
      )}
    </>
  );
}

/** Hand in a changed tenant file, see what differs and what would run again, and amend with a reason. */
export function AmendPage(props: AmendPageProps) {
  const { slug, viewer, csrfToken, text, reason, faults, warnings, preview, said } = props;
  const ready = preview !== undefined && preview.differences.length > 0 && preview.fixed.length === 0;
  return (
    <Layout title={`Amend ${slug}`} person={viewer} csrfToken={csrfToken} openGates={props.openGates} here="tenants">
      <p class="soft">
        <a href={`/tenants/${slug}`}>{slug}</a>
      </p>
      <h1>Amend {slug}</h1>
      <SaidNote said={said} />
      {faults.length === 0 ? null : (
        <section class="panel" role="alert">
          <p class="note bad">{faults.length === 1 ? 'One fault' : `${faults.length} faults`}; nothing was changed.</p>
          <Faults faults={faults} />
        </section>
      )}
      {warnings.length === 0 ? null : <Faults faults={warnings} />}
      {preview === undefined ? null : <Differences preview={preview} />}
      {ready ? (
        <form method="post" action={`/tenants/${slug}/amend`} class="panel">
          <input type="hidden" name="csrf" value={csrfToken} />
          <input type="hidden" name="verbId" value={`page-${randomUUID()}`} />
          <textarea name="text" hidden>
            {text}
          </textarea>
          <label>
            Reason
            <input name="reason" value={reason} minlength={3} maxlength={2_000} required />
          </label>
          <div class="actions">
            <button>Amend</button>
          </div>
        </form>
      ) : null}
      <h2>{ready ? 'Or another version' : 'The changed tenant file'}</h2>
      <form method="post" action={`/tenants/${slug}/amend/check`} enctype="multipart/form-data">
        <input type="hidden" name="csrf" value={csrfToken} />
        <TenantTextFields label="The whole tenant file as it shall be (YAML or JSON)" accept=".yaml,.yml,.json" text={text} />
        <div class="actions">
          <button class={ready ? 'second' : undefined}>Check and show what differs</button>
        </div>
      </form>
    </Layout>
  );
}
