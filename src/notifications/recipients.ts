import { GATE_IDS, type GateId } from '../contract/checklist.js';
import type { GateStatus } from '../contract/status.js';
import { candidatesFor, findPerson, type People, type Person, type Role } from '../domain/people.js';
import type { Notice } from '../store/notices.js';

/** Ids of people of people.yaml. */
export type Recipients = readonly string[];

/** The gate of a notice as the projection has it, while both speak of the same revision. */
export function gateOf({ gate, body, status }: Notice): GateStatus | undefined {
  return status?.gates.find((each) => each.id === gate && each.revision === body['revision']);
}

function gateId(notice: Notice): GateId | undefined {
  return GATE_IDS.find((id) => id === notice.gate);
}

/** Whether a person may hear of a tenant at all. */
function mayHear(person: Person, slug: string): boolean {
  return !person.disabled && (person.tenants === '*' || person.tenants.includes(slug));
}

function holders(people: People, slug: string, role: Role): string[] {
  return people.people.filter((person) => mayHear(person, slug) && person.roles.includes(role)).map((person) => person.id);
}

function starterOf(notice: Notice): string {
  const { startedBy } = notice.body;
  return notice.status?.startedBy ?? (typeof startedBy === 'string' ? startedBy : '');
}

/** Whoever may decide the gate by people.yaml as it is now. */
function candidates(notice: Notice, people: People): string[] {
  const gate = gateId(notice);
  return gate ? candidatesFor(gate, notice.slug, people, starterOf(notice), gateOf(notice)?.amendedBy) : [];
}

/** Those of them who have not decided yet. */
function missing(notice: Notice, people: People): string[] {
  const voted = gateOf(notice)?.decisions.map((vote) => findPerson(people, vote.actor)?.id) ?? [];
  return candidates(notice, people).filter((id) => !voted.includes(id));
}

/**
 * Who is told by mail. A gate: whoever may decide it, by people.yaml as it is now; its escalation: operators as well; its expiry: operators,
 * admins and whoever started. A decision: everybody else who was asked, and whoever started. A broken glass: whoever may review it, and the
 * other admins; an objection: operators, admins and whoever started. Everything else: operators and whoever
 * started. Nobody is told what they did themselves, and nothing is told to nobody: without anybody else, operators and admins hear it.
 */
export function recipientsOf(notice: Notice, people: People): Recipients {
  const { slug, kind } = notice;
  const ops = holders(people, slug, 'ops');
  const admins = holders(people, slug, 'admin');
  const starter = findPerson(people, starterOf(notice));
  const starters = starter && mayHear(starter, slug) ? [starter.id] : [];
  const chosen = ((): string[] => {
    switch (kind) {
      case 'gate_opened':
      case 'gate_reminded':
        return missing(notice, people);
      case 'gate_escalated':
        return [...missing(notice, people), ...ops];
      case 'gate_expired':
        return [...ops, ...admins, ...starters];
      case 'decision_accepted':
        return [...candidates(notice, people), ...starters];
      case 'review_opened':
        return [...candidates(notice, people), ...admins].filter((id) => id !== notice.body['admin']);
      case 'review_objected':
        return [...ops, ...admins, ...starters];
      default:
        return [...ops, ...starters];
    }
  })();
  const actor = notice.ledger && findPerson(people, notice.ledger.actor);
  const others = (ids: readonly string[]): string[] => [...new Set(ids)].filter((id) => id !== actor?.id);
  const told = others(chosen);
  return told.length > 0 || kind === 'decision_accepted' ? told : others([...ops, ...admins]);
}
