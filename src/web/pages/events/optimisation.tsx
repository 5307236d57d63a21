import { VALUE_OPTIMISATION } from '../../../domain/events/optimisation.js';
import type { EventStatistics } from '../../../store/event-statistics.js';
import { Chart } from '../../layout/chart.js';
import { Instant } from '../../layout/instants.js';

interface OptimisationProps extends Pick<EventStatistics, 'optimisation'> {
  readonly zone: string;
  readonly now: Date;
}

const SAYS_OF_SOURCE = { web: 'website', app: 'app' } as const;

function Choice({ optimisation: { choice, findings } }: Pick<EventStatistics, 'optimisation'>) {
  if (choice === null)
    return (
      <p class="note">
        The event settings choose no event to optimise for, so the tenant file’s counts; <code>kobi events map SLUG</code> names it.
      </p>
    );
  const { event, objective, source, byValue } = choice;
  return (
    <>
      <p class={`note ${findings.length === 0 ? 'good' : 'wait'}`}>
        Chosen: {byValue ? `the value of ${event}` : event} under {objective} ({SAYS_OF_SOURCE[source]}).
        {findings.length === 0 ? ' Nothing stands against it.' : ''}
      </p>
      {findings.length === 0 ? null : (
        <ul>
          {findings.map(({ kind, text }) => (
            <li>
              <span class={`state ${kind === 'waiting' ? 'wait' : 'bad'}`}>{kind === 'waiting' ? 'not yet' : 'impossible'}</span> {text}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** For what ads can optimise, and how far the tenant is on the way to the value of payments. */
export function OptimisationPart({ optimisation, zone, now }: OptimisationProps) {
  const { choice, payments, firstInstallAt } = optimisation;
  const sources = (['web', 'app'] as const).filter((source) => source === (choice?.source ?? 'web') || payments[source].counted > 0);
  const { payments: needed, days } = VALUE_OPTIMISATION;
  return (
    <>
      <Choice optimisation={optimisation} />
      {firstInstallAt === null ? null : (
        <p>
          The first install event came in <Instant at={firstInstallAt} zone={zone} now={now} />.
        </p>
      )}
      <Chart
        title={`Attributed payments with a value within ${days} days`}
        heads={['Payments of', 'Payments']}
        bars={[
          ...sources.map((source) => ({
            label: SAYS_OF_SOURCE[source],
            value: payments[source].counted,
            text: `${payments[source].counted} of ${needed}`,
          })),
          { label: 'needed for value', value: needed, text: String(needed) },
        ]}
      />
    </>
  );
}
