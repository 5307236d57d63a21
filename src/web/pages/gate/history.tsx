import type { EvidenceChange } from '../../../domain/evidence-changes.js';
import type { GateComment } from '../../../store/gate-comments.js';
import type { GateEvent } from '../../../store/gate-history.js';
import { Instant } from '../../layout/instants.js';
import { actorInWords, rowInWords } from '../../layout/ledger-words.js';
import { Told } from '../../layout/told.js';

/** What changed since the revision before, value by value. */
export function Changes({ changes, revision }: { readonly changes: readonly EvidenceChange[]; readonly revision: number }) {
  if (changes.length === 0) return null;
  return (
    <section aria-labelledby="changes" class="panel">
      <h2 id="changes">What changed since revision {revision - 1}</h2>
      <dl>
        {changes.map(({ path, before, after }) => (
          <>
            <dt>{path}</dt>
            <dd>
              {before === undefined ? null : (
                <del>
                  <span class="unseen">before: </span>
                  {before}
                </del>
              )}{' '}
              {after === undefined ? null : (
                <ins>
                  <span class="unseen">now: </span>
                  {after}
                </ins>
              )}
            </dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Events({ events, zone }: { readonly events: readonly GateEvent[]; readonly zone: string }) {
  return (
    <ol class="events">
      {events.map(({ seq, at, actor, row }) => {
        const words = rowInWords(row);
        return words === undefined ? null : (
          <li>
            <Instant at={at} zone={zone} /> · <strong>{actorInWords(actor)}</strong>{' '}
            <span class={words.tone === 'soft' ? undefined : words.tone}>{words.what}</span>
            {words.why === '' ? null : (
              <p>
                <Told text={words.why} zone={zone} />
              </p>
            )}{' '}
            <span class="row">row {seq} of the ledger</span>
          </li>
        );
      })}
    </ol>
  );
}

/** Refused by the run, or by us because the run was over. */
function isRefusal({ row: { kind, payload } }: GateEvent): boolean {
  return kind === 'decision_refused' || (kind === 'decision_outcome' && payload['unanswered'] === 'onboarding_gone');
}

/** Everything that happened at this gate, newest last, and by themselves the attempts that were refused. */
export function History({ events, zone }: { readonly events: readonly GateEvent[]; readonly zone: string }) {
  const refused = events.filter(isRefusal);
  return (
    <>
      <h2>Refused attempts</h2>
      {refused.length === 0 ? <p class="soft">Nobody was refused here.</p> : <Events events={refused} zone={zone} />}
      <h2>History</h2>
      <Events events={events} zone={zone} />
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
      {props.comments.length === 0 ? <p class="soft">Nobody has said anything yet.</p> : null}
      <ul>
        {props.comments.map((comment) => (
          <li>
            <strong>{comment.person}</strong>, <Instant at={comment.at} zone={props.zone} />, on revision {comment.revision}
            <p class="said">{comment.text}</p>
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
