import type { EvidenceChange } from '../../../domain/evidence-changes.js';
import type { GateComment } from '../../../store/gate-comments.js';
import type { GateEvent } from '../../../store/gate-history.js';
import { Instant } from '../../layout/instants.js';

/** What changed since the revision before, value by value. */
export function Changes({ changes }: { readonly changes: readonly EvidenceChange[] }) {
  if (changes.length === 0) return null;
  return (
    <>
      <h2>What changed since the revision before</h2>
      <dl>
        {changes.map(({ path, before, after }) => (
          <>
            <dt>{path}</dt>
            <dd>
              {before === undefined ? null : <del>{before}</del>} {after === undefined ? null : <ins>{after}</ins>}
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}

/** Everything that happened at this gate, refused attempts too, as the ledger has it. */
export function History({ events, zone }: { readonly events: readonly GateEvent[]; readonly zone: string }) {
  return (
    <>
      <h2>History</h2>
      <ol>
        {events.map((event) => (
          <li>
            <Instant at={event.at} zone={zone} /> · <strong>{event.actor}</strong> ·{' '}
            <span class={`state ${event.kind === 'accepted' ? 'good' : event.kind === 'refused' ? 'bad' : 'soft'}`}>{event.what}</span>
            {event.revision === null ? '' : ` · revision ${event.revision}`}
            {event.reason === '' ? '' : ` · ${event.reason}`} <span class="soft">(row {event.seq})</span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** Comments, and the form for another one; they decide nothing. */
export function Comments(props: {
  readonly comments: readonly GateComment[];
  readonly action: string;
  readonly csrfToken: string;
  readonly zone: string;
}) {
  return (
    <>
      <h2>Comments</h2>
      <ul>
        {props.comments.map((comment) => (
          <li>
            <strong>{comment.person}</strong>, <Instant at={comment.at} zone={props.zone} />: {comment.text}
          </li>
        ))}
      </ul>
      <form method="post" action={props.action}>
        <input type="hidden" name="csrf" value={props.csrfToken} />
        <label>
          Say something without deciding
          <textarea name="text" maxlength={2_000} required></textarea>
        </label>
        <div class="actions">
          <button class="second">Comment</button>
        </div>
      </form>
    </>
  );
}
