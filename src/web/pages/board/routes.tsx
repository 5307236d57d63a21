import { Hono } from 'hono';
import { boardFacts, type BoardFacts } from '../../../store/board.js';
import { newestChange } from '../../../store/changes.js';
import { tenantsOf } from '../../authority.js';
import type { DeskDependencies, DeskEnv } from '../../environment.js';
import { openGateCount } from '../../open-gates.js';
import { Bars } from '../../layout/bars.js';
import { durationText } from '../../layout/durations.js';
import { Layout } from '../../layout/layout.js';
import { SAYS_OF_BALL, SAYS_OF_STEP } from '../../layout/words.js';
import { Live } from '../../live/live.js';
import { SAYS_OF_STATE } from '../tenant/state-words.js';

function StepClocks({ steps }: Pick<BoardFacts, 'steps'>) {
  return (
    <div class="scroll" role="region" aria-label="Time in each step" tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col" class="number">
              Ended
            </th>
            <th scope="col" class="number">
              Half within (p50)
            </th>
            <th scope="col" class="number">
              95 % within (p95)
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr>
              <th scope="row">{SAYS_OF_STEP[step.step]}</th>
              <td class="number">{step.count}</td>
              <td class="number">{durationText(step.p50Ms)}</td>
              <td class="number">{durationText(step.p95Ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Facts({ facts }: { readonly facts: BoardFacts }) {
  const { waits } = facts;
  return (
    <>
      <h2>By state</h2>
      <Bars
        title="Onboardings by state"
        bars={facts.states.map(({ state, count }) => ({ label: SAYS_OF_STATE[state], value: count, text: String(count) }))}
      />
      <h2>Who has the ball</h2>
      {facts.balls.length === 0 ? <p class="note good">No step waits for anybody.</p> : null}
      <Bars
        title="Waiting steps by ball"
        bars={facts.balls.map(({ ball, steps, oldestMs }) => ({
          label: SAYS_OF_BALL[ball],
          value: steps,
          text: `${steps}, oldest ${durationText(oldestMs)}`,
        }))}
      />
      <h2>Age of what is under way</h2>
      <Bars
        title="Onboardings under way by age"
        bars={facts.ages.map(({ label, count }) => ({ label, value: count, text: String(count) }))}
      />
      <h2>On time</h2>
      <p>
        {waits.ended === 0
          ? 'No wait has ended yet.'
          : `${Math.round((waits.onTime / waits.ended) * 100)} % of ${waits.ended} waits ended before they were expected to.`}
      </p>
      <h2>Time in each step</h2>
      <StepClocks steps={facts.steps} />
    </>
  );
}

/** All onboardings at a glance: states, balls, ages, the share on time, and how long each step takes. */
export function boardRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  app.get('/board', async (c) => {
    const person = c.get('person');
    const seen = await newestChange(deps.db);
    const [facts, open] = await Promise.all([boardFacts(deps.db, deps.clock(), tenantsOf(person)), openGateCount(deps, c.get('person'))]);
    return c.html(
      <Layout title="Board" person={person} csrfToken={c.get('session').csrfToken} openGates={open} here="board">
        <h1>Board</h1>
        <Live id="board" address="/board" seen={seen}>
          {facts.states.length === 0 ? <p class="note">No tenant was started yet.</p> : <Facts facts={facts} />}
        </Live>
      </Layout>,
    );
  });
  return app;
}
