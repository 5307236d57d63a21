import { BALLS, GATE_IDS } from '../../../contract/checklist.js';
import { gatesDecidedBy, type People, type Person } from '../../../domain/people.js';
import { INBOX_SORTS, type InboxSort } from '../../../store/inbox.js';
import { SAYS_OF_BALL, SAYS_OF_GATE } from '../../layout/words.js';
import { AGES, type Asked, amountTyped, DUES } from './asked.js';

export const SAYS_OF_SORT: Readonly<Record<InboxSort, string>> = {
  mine: 'mine first, then due',
  due: 'due first',
  age: 'oldest first',
  amount: 'largest amount first',
  tenant: 'tenant',
  gate: 'gate',
};

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly choices: readonly (readonly [value: string, text: string])[];
  /** What nothing chosen means; left out where something always is. */
  readonly any?: string;
}

function Choice({ label, name, value, choices, any }: ChoiceProps) {
  return (
    <label>
      {label}
      <select name={name}>
        {any === undefined ? null : <option value="">{any}</option>}
        {choices.map(([each, text]) => (
          <option value={each} selected={each === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The inbox's question: a search that is always there, and the other choices folded until one of them is made. */
export function Filter({ asked, people, viewer }: { readonly asked: Asked; readonly people: People; readonly viewer: Person }) {
  const { gate, ball, due, age, amount, who, sort } = asked;
  const chosen = [gate, due, age].some((each) => each !== undefined) || amount !== '' || who !== '' || ball !== 'kobi' || sort !== 'mine';
  const deciders = people.people.filter((person) => gatesDecidedBy(person).length > 0).map(({ id }) => id);
  return (
    <form role="search" aria-label="Inbox">
      <div class="row">
        <label class="wide">
          Slug, name, advertiser, pixel, other id at TikTok, or TikTok’s request id
          <input name="q" value={asked.q} type="search" maxlength={200} />
        </label>
        <button class="second">Show</button>
      </div>
      <details open={chosen}>
        <summary>Filter and sort</summary>
        <div class="row">
          <Choice label="Gate" name="gate" value={gate} any="any" choices={GATE_IDS.map((each) => [each, SAYS_OF_GATE[each]])} />
          <Choice label="Ball" name="ball" value={ball} choices={BALLS.map((each) => [each, SAYS_OF_BALL[each]])} />
          <Choice label="Due" name="due" value={due} any="any time" choices={Object.entries(DUES)} />
          <Choice label="Age" name="age" value={age} any="any" choices={Object.entries(AGES)} />
          <Choice
            label="May decide"
            name="who"
            value={who}
            any="anybody"
            choices={deciders.map((id) => [id, id === viewer.id ? `${id} (me)` : id])}
          />
          <label>
            Amount from
            <input name="amount" value={amount} placeholder="such as 1000 EUR" maxlength={30} />
          </label>
          <Choice label="Sort by" name="sort" value={sort} choices={INBOX_SORTS.map((each) => [each, SAYS_OF_SORT[each]])} />
          <button class="second">Show</button>
        </div>
        {amount !== '' && amountTyped(amount) === undefined ? (
          <p class="note bad">“{amount}” is no amount with its currency, such as 1000 EUR; it was left out.</p>
        ) : null}
      </details>
    </form>
  );
}
