import type { LedgerRow } from '../../../domain/ledger-chain.js';
import { Instant } from '../../layout/instants.js';

function about({ payload }: LedgerRow): string {
  const parts = ['gate', 'step', 'verdict', 'refusal', 'reason', 'message'].flatMap((name) => {
    const value = payload[name];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
  return parts.join(' · ');
}

/** What happened to a tenant, newest first: every row of its chain in the ledger that people care about. */
export function Timeline({ rows, zone, slug }: { readonly rows: readonly LedgerRow[]; readonly zone: string; readonly slug: string }) {
  return (
    <>
      <h2>Timeline</h2>
      {rows.length === 0 ? <p class="soft">Nothing is recorded yet.</p> : null}
      <ol>
        {rows.map((row) => (
          <li value={row.seq}>
            <Instant at={row.at} zone={zone} /> · <strong>{row.actor}</strong> · {row.kind.replaceAll('_', ' ')}{' '}
            <span class="soft">{about(row)}</span>
          </li>
        ))}
      </ol>
      <p class="soft">
        The numbers are rows of the ledger; <code>kobi audit export {slug}</code> has them whole.
      </p>
    </>
  );
}
