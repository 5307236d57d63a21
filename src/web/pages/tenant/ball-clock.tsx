import type { BallTime } from '../../../store/ball-times.js';
import { durationText } from '../../layout/durations.js';
import { SAYS_OF_BALL } from '../../layout/words.js';

/** How long the ball lay with each side. */
export function BallClock({ times }: { readonly times: readonly BallTime[] }) {
  if (times.length === 0) return null;
  return (
    <dl class="clocks" aria-label="How long the ball lay with each side">
      {times.map(({ ball, ms, now }) => (
        <div>
          <dt>{SAYS_OF_BALL[ball]}</dt>
          <dd>
            {durationText(ms)} {now ? <span class="state wait">has the ball</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}
