import { type Bar, Bars } from './bars.js';

/** Longer labels would run out of the drawing; the table has them whole. */
const LONGEST_LABEL = 22;

export interface ChartProps {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** Heads of the table's two columns. */
  readonly heads: readonly [what: string, number: string];
}

/** Bars, and the same numbers as a table for whoever prefers to read them. */
export function Chart({ title, bars, heads: [what, number] }: ChartProps) {
  const short = (label: string): string => (label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label);
  return (
    <>
      <h3>{title}</h3>
      <Bars title={title} bars={bars.map((bar) => ({ ...bar, label: short(bar.label) }))} />
      <details>
        <summary>As a table: {title}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{what}</th>
              <th scope="col" class="number">
                {number}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ label, text }) => (
              <tr>
                <th scope="row">{label}</th>
                <td class="number">{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
