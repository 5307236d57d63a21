import type { LedgerRow } from '../../../domain/ledger-chain.js';
import { Instant } from '../../layout/instants.js';
import { actorInWords, rowInWords } from '../../layout/ledger-words.js';
import { Told } from '../../layout/told.js';

/** What happened to a tenant, newest first, as people tell it. */
export function Timeline({ rows, zone, slug }: { readonly rows: readonly LedgerRow[]; readonly zone: string; readonly slug: string }) {
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      {rows.length === 0 ? <p class="soft">Nothing is recorded yet.</p> : null}
      <ol class="events">
        {rows.map((row) => {
          const words = rowInWords(row);
          return words === undefined ? null : (
            <li>
              <Instant at={row.at} zone={zone} /> · <strong>{actorInWords(row.actor)}</strong>{' '}
              <span class={words.tone === 'soft' ? undefined : words.tone}>{words.what}</span>
              {words.why === '' ? null : (
                <p>
                  <Told text={words.why} zone={zone} />
                </p>
              )}{' '}
              <span class="row">row {row.seq} of the ledger</span>
            </li>
          );
        })}
      </ol>
      <p class="soft">
        <code>kobi audit export {slug}</code> has every row whole.
      </p>
    </section>
  );
}
