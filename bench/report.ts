import { median } from './arithmetic.js';
import type { DeskResult } from './desk.js';
import { medianOf, type PairsResult } from './pairs.js';
import type { PausedResult } from './paused.js';
import type { RateLimitResult } from './rate-limit.js';
import type { Round } from './round.js';

/** The largest ratio that is still a pass (issue "benchmark": 0.7 of the bare workflow). */
export const TARGET_RATIO = 0.7;

type Line = readonly [title: string, value: (round: Round) => number, digits: number];

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [header, header.map((_, column) => (column === 0 ? '---' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`);
}

/** A result as Markdown: medians of the rounds, then the rounds themselves. */
export function pairsReport(result: PairsResult): string[] {
  const of = (name: Round['name']): Round[] => result.rounds.filter((round) => round.name === name);
  const [engine, bare] = [of('engine'), of('bare')];
  const processes = Object.keys(engine[0]?.cpuSecondsEach ?? {});
  const lines: Line[] = [
    ['onboardings per second', (round) => round.perSecond, 2],
    ['p50, ms', (round) => round.p50Ms, 0],
    ['p95, ms', (round) => round.p95Ms, 0],
    ['workflow tasks per onboarding', (round) => round.workflowTasks, 1],
    ['history events per onboarding', (round) => round.historyEvents, 1],
    ['history, KiB per onboarding', (round) => round.historyKiB, 1],
    ...processes.map((name): Line => [`CPU ms per onboarding: ${name}`, (round) => (round.cpuSecondsEach[name] ?? 0) * 1_000, 1]),
    ['worker memory, peak MiB', (round) => round.workerPeakMiB, 0],
    ['load of the machine, 1 minute', (round) => round.load1m, 1],
  ];
  const calls = Object.values(engine[0]?.calls ?? {}).reduce((sum, count) => sum + count, 0);
  return [
    `### ${result.store === 'sqlite' ? 'SQLite in memory' : 'PostgreSQL'}, ${result.inFlight} in flight, ${engine[0]?.count ?? 0} onboardings a round`,
    '',
    `ratio ${result.ratio.toFixed(2)} (target ${TARGET_RATIO}); by CPU ${result.cpuRatio.toFixed(2)}; ` +
      `pairs: ${engine.map((round, nth) => `${round.perSecond.toFixed(2)} : ${(bare[nth]?.perSecond ?? 0).toFixed(2)}`).join(', ')}; ` +
      `${calls} calls to TikTok in a round${result.differentCalls.length === 0 ? ', the same for both' : ''}`,
    ...result.differentCalls.map((line) => (SHARED_LISTS.test(line) ? `- a shared list, ${line}` : `- DIFFERENT CALLS ${line}`)),
    '',
    ...table(
      ['median of the rounds', 'engine', 'bare'],
      lines.map(([title, value, digits]) => [title, medianOf(engine, value).toFixed(digits), medianOf(bare, value).toFixed(digits)]),
    ),
  ];
}

/** Lists that are read once for all who ask at the same time: how often, depends on who asks when. */
const SHARED_LISTS = /^\/bc\/asset\/get\//;

/** The least part of its limit that the busiest endpoint must be used while calls wait for it. */
export const TARGET_BUSY = 0.95;

/** One measured rate limit as Markdown. */
export function rateLimitReport(result: RateLimitResult): string[] {
  const total = Object.values(result.callsByPath).reduce((sum, count) => sum + count, 0);
  return [
    `### ${result.perSecond} calls a second to each endpoint, ${result.onboardings} onboardings at once`,
    '',
    `all live after ${result.seconds.toFixed(0)} s; busiest endpoint \`${result.busiest}\` with ${result.calls} calls: ` +
      `${(result.busy * 100).toFixed(1)} % busy in the ${result.waitingSeconds.toFixed(0)} s in which calls waited for it (target ${TARGET_BUSY * 100} %); ` +
      `${result.throttled} answers 40100 (target 0); ${(total / result.onboardings).toFixed(1)} calls to TikTok for each onboarding`,
  ];
}

/** The most memory that many waiting onboardings may take of that which a cacheful takes. */
export const TARGET_MEMORY = 1.1;

/** What waits for people, as Markdown. */
export function pausedReport(result: PausedResult): string[] {
  const parts = result.drained.map(({ engine, bare }) => `${engine.perSecond.toFixed(2)} : ${bare.perSecond.toFixed(2)}`).join(', ');
  const processes = Object.keys(result.drained[0]?.engine.cpuSecondsEach ?? {});
  const of = (name: 'engine' | 'bare', process: string): string =>
    (median(result.drained.map((part) => part[name].cpuSecondsEach[process] ?? 0)) * 1_000).toFixed(1);
  return [
    `### ${result.many} onboardings at a gate, cache ${result.cache}`,
    '',
    `worker memory ${result.fewMiB.toFixed(0)} MiB with ${result.few}, ${result.manyMiB.toFixed(0)} MiB with ${result.many}: ` +
      `ratio ${result.memoryRatio.toFixed(2)} (target at most ${TARGET_MEMORY}); all approved and ended, per second engine : bare ${parts}: ` +
      `ratio ${result.drainRatio.toFixed(2)} (target ${TARGET_RATIO}), by CPU ${result.drainCpuRatio.toFixed(2)}`,
    '',
    ...table(
      ['CPU ms from decision to end', 'engine', 'bare'],
      processes.map((process) => [process, of('engine', process), of('bare', process)]),
    ),
  ];
}

/** The longest that a page of the desk may take on the server. */
export const TARGET_PAGE_MS = 100;

/** The desk's pages, as Markdown. */
export function deskReport({ onboardings, requests, pages }: DeskResult): string[] {
  const slow = pages.filter((page) => page.p95Ms > TARGET_PAGE_MS).map(({ page }) => page);
  return [
    `### the desk with ${onboardings} onboardings, ${requests} requests of each page`,
    '',
    `target at most ${TARGET_PAGE_MS} ms: ${slow.length === 0 ? 'all pages keep it at p95' : `NOT KEPT BY ${slow.join(', ')}`}`,
    '',
    ...table(
      ['page', 'p50, ms', 'p95, ms', 'KiB'],
      pages.map(({ page, p50Ms, p95Ms, kib }) => [page, p50Ms.toFixed(1), p95Ms.toFixed(1), kib.toFixed(0)]),
    ),
  ];
}
