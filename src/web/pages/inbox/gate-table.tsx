import type { Child } from 'hono/jsx';
import { amountText } from '../../../domain/money.js';
import { mayDecide, type People } from '../../../domain/people.js';
import type { InboxGate, InboxSort } from '../../../store/inbox.js';
import { Instant } from '../../layout/instants.js';
import { SAYS_OF_BALL, SAYS_OF_GATE } from '../../layout/words.js';
import { addressOf, type Asked } from './asked.js';

export interface GateTableProps {
  readonly gates: readonly InboxGate[];
  readonly asked: Asked;
  readonly people: People;
  readonly zone: string;
  readonly now: Date;
}

/** Who may decide now, as people.yaml is now: the rule that judges the decision, not the list of when the gate opened. */
function deciders({ slug, gate, startedBy, voters }: InboxGate, people: People): string {
  const may = people.people.filter(
    (person) => mayDecide({ person, gate, tenant: slug, startedBy, votes: voters, verdict: 'approve' }) === null,
  );
  return may.map(({ id }) => id).join(', ') || 'nobody: see people.yaml';
}

function Row({ gate, people, zone, now }: Omit<GateTableProps, 'gates' | 'asked'> & { readonly gate: InboxGate }) {
  const late = gate.ball === 'kobi' && Date.parse(gate.dueAt) < now.getTime();
  const address = `/tenants/${gate.slug}/gates/${gate.gate}`;
  return (
    <tr class={gate.mine ? 'mine' : undefined}>
      <td data-label="Gate">
        <a href={address}>{SAYS_OF_GATE[gate.gate]}</a>
        {gate.revision > 1 ? <span class="soft"> revision {gate.revision}</span> : null}
        {gate.mine ? (
          <>
            {' '}
            <span class="state wait">yours</span>
          </>
        ) : null}
        <br />
        {gate.asks}
      </td>
      <td data-label="Tenant">
        <a href={`/tenants/${gate.slug}`}>{gate.slug}</a> <span class="soft">{gate.legalName}</span>
      </td>
      <td class="number" data-label="Amount">
        {gate.amountMinor === null || gate.currency === null ? '–' : amountText(gate.amountMinor, gate.currency)}
      </td>
      <td data-label="Asked by">{gate.startedBy}</td>
      <td data-label="Opened">
        <Instant at={gate.openedAt} zone={zone} now={now} />
      </td>
      <td data-label="Due">
        {gate.ball === 'kobi' ? (
          <>
            {late ? <span class="state bad">past due</span> : null} <Instant at={gate.dueAt} zone={zone} now={now} />
          </>
        ) : (
          'the clock stands still'
        )}
      </td>
      <td data-label="Ball">{SAYS_OF_BALL[gate.ball]}</td>
      <td data-label="May decide">
        {gate.ball === 'kobi' ? deciders(gate, people) : 'nobody before the next revision'}
        {gate.needed > 1 ? (
          <span class="soft">
            {' '}
            ({gate.approvals} of {gate.needed} approved)
          </span>
        ) : null}
        {gate.claimedBy === null ? null : (
          <>
            <br />
            <span class="soft">{gate.claimedBy} looks after it</span>
          </>
        )}
      </td>
    </tr>
  );
}

/** The gates as a table whose headings sort it; on a phone, as a list. */
export function GateTable(props: GateTableProps) {
  const { gates, asked } = props;
  const sorted = (sort: InboxSort, text: Child, number = false) => (
    <th
      scope="col"
      class={number ? 'number' : undefined}
      aria-sort={asked.sort === sort ? (sort === 'amount' ? 'descending' : 'ascending') : undefined}
    >
      <a href={addressOf(asked, { sort })}>{text}</a>
    </th>
  );
  return (
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            {sorted('gate', 'Gate')}
            {sorted('tenant', 'Tenant')}
            {sorted('amount', 'Amount', true)}
            <th scope="col">Asked by</th>
            {sorted('age', 'Opened')}
            {sorted('due', 'Due')}
            <th scope="col">Ball</th>
            <th scope="col">May decide</th>
          </tr>
        </thead>
        <tbody>
          {gates.map((gate) => (
            <Row gate={gate} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
