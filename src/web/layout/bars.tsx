/** One bar: what it is called, how long it is, and what is written beside it. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text: string;
}

const ROW = 30;
/** Room for 22 letters, in the larger type of a phone too. */
const LABEL = 250;
const WIDTH = 700;
/** Room for what is written right of the longest bar, such as `12, oldest 59 min 59 s`. */
const BESIDE = 230;

/** Horizontal bars, drawn on the server; the same numbers are in its title for whoever hears the page. */
export function Bars({ title, bars }: { readonly title: string; readonly bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const height = bars.length * ROW;
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={`${title}: ${bars.map((bar) => `${bar.label} ${bar.text}`).join(', ')}`}
    >
      {bars.map((bar, index) => {
        const length = Math.round((bar.value / most) * (WIDTH - LABEL - BESIDE));
        const middle = index * ROW + ROW / 2;
        return (
          <g>
            <text x={LABEL - 10} y={middle} text-anchor="end" dominant-baseline="middle">
              {bar.label}
            </text>
            <rect x={LABEL} y={index * ROW + 5} width={Math.max(length, bar.value > 0 ? 2 : 0)} height={ROW - 10} rx={3}></rect>
            <text x={LABEL + length + 8} y={middle} dominant-baseline="middle">
              {bar.text}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
