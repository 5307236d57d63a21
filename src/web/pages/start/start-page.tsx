import type { StartAnswer } from '../../../cli/start-onboarding.js';
import type { Plan } from '../../../cli/plan/plan.js';
import { FAILURES } from '../../../contract/failures.js';
import type { Fault } from '../../../domain/faults.js';
import type { Person } from '../../../domain/people.js';
import { Faults } from '../../layout/faults.js';
import { FileForms } from './file-forms.js';
import { Layout } from '../../layout/layout.js';
import { TenantTextFields } from '../../layout/tenant-text.js';
import { SAYS_OF_GATE, SAYS_OF_STEP } from '../../layout/words.js';

/** One tenant of what was handed in, as far as it came: faults, or a plan, or the answer to its start. */
export interface Row {
  readonly where: string;
  readonly slug: string | null;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  readonly plan?: Plan;
  /** Why there is no plan although there are no faults. */
  readonly planless?: string;
  readonly answer?: StartAnswer;
}

export interface StartPageProps {
  readonly viewer: Person;
  readonly csrfToken: string;
  readonly openGates: number;
  readonly text: string;
  readonly rows: readonly Row[];
  /** Whether `rows` are answers of starts, or a check before them. */
  readonly started: boolean;
}

function PlanOf({ plan }: { readonly plan: Plan }) {
  return (
    <>
      <div class="scroll" role="region" aria-label="The plan, step by step" tabindex={0}>
        <table>
          <tbody>
            {plan.steps.map(({ step, action, what }) => (
              <tr>
                <th scope="row">{SAYS_OF_STEP[step]}</th>
                <td>{action}</td>
                <td>{what}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        {plan.gates
          .filter((gate) => gate.opens !== 'no')
          .map(
            (gate) =>
              `${SAYS_OF_GATE[gate.gate]} will ${gate.opens === 'yes' ? '' : 'perhaps '}ask ${gate.candidates?.join(', ') ?? 'whom people.yaml names'}`,
          )
          .join('; ') || 'No gate will open'}
        . At least {plan.calls} calls of TikTok’s API.
      </p>
      {plan.findings.map(({ step, code, message }) => (
        <p class="note bad">
          {SAYS_OF_STEP[step]} would need mending. {FAILURES[code].sentence} {message}
        </p>
      ))}
    </>
  );
}

function RowOf({ row }: { readonly row: Row }) {
  const { answer } = row;
  return (
    <section class="panel">
      <h2>{row.slug === null ? row.where : `${row.slug} (${row.where})`}</h2>
      {row.faults.length > 0 ? (
        <>
          <p class="note bad">{row.faults.length === 1 ? 'One fault' : `${row.faults.length} faults`}; nothing was started.</p>
          <Faults faults={row.faults} />
        </>
      ) : null}
      {row.warnings.length > 0 ? <Faults faults={row.warnings} /> : null}
      {row.plan === undefined ? null : <PlanOf plan={row.plan} />}
      {row.planless === undefined ? null : <p class="note wait">{row.planless}</p>}
      {answer === undefined ? null : (
        <p class={`note ${answer.outcome === 'refused' ? 'bad' : 'good'}`}>
          {answer.message} · <a href={`/tenants/${answer.slug}`}>Look at {answer.slug}</a>
        </p>
      )}
      {answer === undefined ? null : (
        <Faults faults={answer.differences.map(({ path }) => ({ path, problem: 'differs from the running one' }))} />
      )}
    </section>
  );
}

/** Hand in a tenant file or a CSV of many, see the plan, start. */
export function StartPage({ viewer, csrfToken, openGates, text, rows, started }: StartPageProps) {
  const startable = !started && rows.some((row) => row.faults.length === 0);
  return (
    <Layout title="Start" person={viewer} csrfToken={csrfToken} openGates={openGates} here="start">
      <h1>Start onboardings</h1>
      {rows.map((row) => (
        <RowOf row={row} />
      ))}
      {startable ? (
        <form method="post" action="/start">
          <input type="hidden" name="csrf" value={csrfToken} />
          <textarea name="text" hidden>
            {text}
          </textarea>
          <div class="actions">
            <button>
              Start {rows.filter((row) => row.faults.length === 0).length} of {rows.length}
            </button>
          </div>
          <p class="soft">Rows with faults are left out. Starting the same tenant twice joins the running one.</p>
        </form>
      ) : null}
      {started ? null : <FileForms />}
      {started ? null : (
        <form method="post" action="/start/check" enctype="multipart/form-data">
          <input type="hidden" name="csrf" value={csrfToken} />
          <TenantTextFields
            label="A tenant file (YAML or JSON), or a CSV with one tenant per row"
            accept=".yaml,.yml,.json,.csv,text/csv"
            text={text}
          />
          <div class="actions">
            <button class={startable ? 'second' : undefined}>Check and show the plan</button>
          </div>
        </form>
      )}
    </Layout>
  );
}
