import { GATE_IDS } from '../../contract/checklist.js';
import { candidatesFor, neededDecisions, type People } from '../../domain/people.js';
import { type Check, checksOf } from './check.js';

const { judged } = checksOf('people');

/** Whether every gate can be decided at all by the people who see every tenant. */
export function checkPeople(people: People, file: string): Check[] {
  const operators = people.people.filter((person) => !person.disabled && person.roles.some((role) => role === 'ops' || role === 'admin'));
  return [
    judged(
      operators.length > 0,
      'operators',
      operators.map((person) => person.id).join(', ') || 'nobody has the role ops or admin',
      `give somebody the role ops in ${file}`,
    ),
    ...GATE_IDS.map((gate) => {
      const candidates = candidatesFor(gate, '*', people, '');
      const needed = neededDecisions(gate, true);
      return judged(
        candidates.length >= needed,
        `gate ${gate}`,
        `${candidates.join(', ') || 'nobody'} for all tenants; ${needed} needed`,
        `give more people approver:${gate}${gate === 'initial_funding' ? ' or finance' : ''} in ${file}`,
      );
    }),
  ];
}
