import type { Notice } from '../store/notices.js';

const ASKS: ReadonlySet<string> = new Set(['gate_opened', 'gate_reminded', 'gate_escalated']);
const ENDED: ReadonlySet<string> = new Set(['live', 'cancelling', 'cancelled']);

/** The projection is saved after the ledger row, so it may still be that of an earlier start of the same tenant. */
function askIsOver({ kind, gate, body, at, status }: Notice): boolean {
  if (!status) return false;
  if (new Date(status.startedAt) > at) return true;
  if (ENDED.has(status.state) && status.steps.some((step) => new Date(step.since) > at)) return true;
  const revision = Number(body['revision']);
  const now = status.gates.find((each) => each.id === gate);
  if (!now || (kind === 'gate_opened' && new Date(now.openedAt) < at)) return false;
  return now.revision > revision || (now.revision === revision && now.state !== 'open');
}

function isMended({ body, at, status }: Notice): boolean {
  const step = status?.steps.find((each) => each.id === body['step']);
  return step !== undefined && step.state !== 'parked' && new Date(step.since) > at;
}

/** Whether a notice asks for something that was done while it waited: for the digest, the end of the night, or the channel. */
function isOver(notice: Notice): boolean {
  if (ASKS.has(notice.kind)) return askIsOver(notice);
  return notice.kind === 'step_parked' && isMended(notice);
}

/** What a notice asks for; of several that ask for the same only the last is told. */
function askOf({ kind, slug, gate, body }: Notice): string | undefined {
  if (ASKS.has(kind)) return `gate:${slug}:${gate ?? ''}`;
  return kind === 'step_parked' ? `step:${slug}:${String(body['step'])}` : undefined;
}

/** What of these is still worth telling, in the same order. */
export function worthTelling(notices: readonly Notice[]): Notice[] {
  const last = new Map(notices.map((notice) => [askOf(notice), notice.id]));
  return notices.filter((notice) => {
    const ask = askOf(notice);
    return !isOver(notice) && (ask === undefined || last.get(ask) === notice.id);
  });
}
