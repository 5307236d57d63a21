import { readdirSync, readFileSync } from 'node:fs';

export interface Usage {
  /** Seconds of CPU, children included. */
  readonly cpuSeconds: number;
  /** Resident memory in MiB, children included. */
  readonly memoryMiB: number;
}

const TICKS_PER_SECOND = 100;

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly memoryKiB: number;
}

function rowOf(pid: number): Row | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks; the numbers come after it: own time and that of children that have ended.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const memory = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return {
      pid,
      parent: Number(fields[1]),
      ticks: [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0),
      memoryKiB: Number(memory?.[1] ?? 0),
    };
  } catch {
    return null;
  }
}

/**
 * CPU and memory of a process and its children since it began; Linux only. Shared pages of PostgreSQL's children count once each.
 *
 * @param without children that are counted elsewhere, with their own children
 */
export function usageOf(pid: number, without: ReadonlySet<number> = new Set()): Usage {
  const rows = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => rowOf(Number(name)) ?? []);
  const family = new Set([pid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const row of rows) {
      if (family.has(row.parent) && !family.has(row.pid) && !without.has(row.pid)) {
        family.add(row.pid);
        grown = true;
      }
    }
  }
  const members = rows.filter((row) => family.has(row.pid));
  return {
    cpuSeconds: members.reduce((sum, row) => sum + row.ticks, 0) / TICKS_PER_SECOND,
    memoryMiB: members.reduce((sum, row) => sum + row.memoryKiB, 0) / 1024,
  };
}
