/** Counters, gauges and histograms of one process as Prometheus reads them (text format 0.0.4). */

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(amount: number, labels?: Labels): void;
}
export interface Gauge {
  set(value: number, labels?: Labels): void;
  /** Takes away what is no longer there, so that a label does not stay for ever. */
  clear(): void;
}
export interface Histogram {
  record(value: number, labels?: Labels): void;
}

export interface Metrics {
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** @param bounds upper bounds, ascending, in the unit that the name says */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  /** The whole exposition. */
  text(): string;
}

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

interface Series {
  readonly labels: Labels;
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** Metrics of this process; labels must come from closed sets, because each combination is kept for ever. */
export function createMetrics(): Metrics {
  const families: (() => string[])[] = [];
  const head = (name: string, help: string, type: string): string[] => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];

  function numbers(name: string, help: string, type: 'counter' | 'gauge'): Map<string, number> {
    const values = new Map<string, number>();
    families.push(() => [...head(name, help, type), ...[...values].map(([labels, value]) => `${name}${labels} ${value}`)]);
    return values;
  }

  return {
    counter(name, help) {
      const values = numbers(name, help, 'counter');
      return {
        add(amount, labels = {}) {
          const key = labelText(labels);
          values.set(key, (values.get(key) ?? 0) + amount);
        },
      };
    },
    gauge(name, help) {
      const values = numbers(name, help, 'gauge');
      return { set: (value, labels = {}) => void values.set(labelText(labels), value), clear: () => values.clear() };
    },
    histogram(name, help, bounds) {
      const series = new Map<string, Series>();
      families.push(() => [
        ...head(name, help, 'histogram'),
        ...[...series.values()].flatMap(({ labels, buckets, sum, count }) => [
          ...bounds.map((bound, index) => `${name}_bucket${labelText({ ...labels, le: String(bound) })} ${buckets[index] ?? 0}`),
          `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`,
          `${name}_sum${labelText(labels)} ${sum}`,
          `${name}_count${labelText(labels)} ${count}`,
        ]),
      ]);
      return {
        record(value, labels = {}) {
          const key = labelText(labels);
          const one = series.get(key) ?? { labels, buckets: bounds.map(() => 0), sum: 0, count: 0 };
          series.set(key, one);
          one.sum += value;
          one.count += 1;
          for (const [index, bound] of bounds.entries()) if (value <= bound) one.buckets[index] = (one.buckets[index] ?? 0) + 1;
        },
      };
    },
    text: () => `${families.flatMap((family) => family()).join('\n')}\n`,
  };
}
