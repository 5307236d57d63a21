import { textFindings } from '../creative-specs.js';
import { fault, type Fault, shown } from '../faults.js';
import { VERTICALS } from '../verticals.js';
import { type Draft, repeats } from './draft.js';

/** Creatives: ids once, a licence where the music is licensed; what the vertical wants declared is a warning, the approver decides. */
export function creativeRules(draft: Draft): { faults: Fault[]; warnings: Fault[] } {
  const { creatives, vertical } = draft;
  const wanted = vertical !== undefined && Object.hasOwn(VERTICALS, vertical) ? (VERTICALS[vertical]?.declarations ?? []) : [];
  return {
    faults: [
      ...repeats(creatives, (creative) => creative.id).map(({ index, first }) =>
        fault(['creatives', index, 'id'], `is the id of creatives.${first} already`),
      ),
      ...creatives.flatMap(([index, { music }]) =>
        music?.source === 'licensed' && music.licence === undefined
          ? [fault(['creatives', index, 'music', 'licence'], 'is missing: name the licence of the licensed music')]
          : [],
      ),
      ...creatives.flatMap(([index, { file }]) =>
        /^[a-z]+:\/\//i.test(file) ? [fault(['creatives', index, 'file'], 'must be a file, not an address')] : [],
      ),
      ...creatives.flatMap(([index, { text }]) =>
        textFindings(text ?? 'x').map(({ code, measured, limit }) =>
          fault(['creatives', index, 'text'], `${code}: ${shown(measured)}, allowed ${limit} (TikTok's creative specifications)`),
        ),
      ),
    ],
    warnings: creatives.flatMap(([index, { declarations }]) =>
      wanted
        .filter((name) => !declarations.includes(name))
        .map((name) =>
          fault(['creatives', index, 'declarations'], `${name} is not declared; approvers of ${vertical ?? 'this vertical'} look for it`),
        ),
    ),
  };
}
