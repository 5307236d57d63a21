import { describe, expect, it } from 'vitest';
import { STEP_IDS } from '../../src/contract/checklist.js';
import { FAILURES, mendingCommand } from '../../src/contract/failures.js';
import { onboardingWorkflowId, slugOfWorkflowId } from '../../src/contract/ids.js';
import { DEPENDS_ON, withDependents } from '../../src/domain/checklist.js';

describe('checklist', () => {
  it('lets no step depend on one that comes after it, so that the order can be walked', () => {
    for (const [index, step] of STEP_IDS.entries()) {
      for (const dependency of DEPENDS_ON[step]) expect(STEP_IDS.indexOf(dependency)).toBeLessThan(index);
    }
  });

  it('reaches every dependent of a changed step and nothing else', () => {
    expect(withDependents(['pixel'])).toEqual(['pixel', 'catalog', 'conversion_events', 'launch_check']);
    expect(withDependents(['creative_policy'])).toEqual(['creative_policy', 'launch_check']);
    expect(withDependents(['advertiser_account'])).toEqual([...STEP_IDS]);
  });
});

describe('ids', () => {
  it('makes and parses the workflow id of a tenant', () => {
    expect(slugOfWorkflowId(onboardingWorkflowId('alpine_school'))).toBe('alpine_school');
    expect(slugOfWorkflowId('onboarding:Not-A-Slug')).toBeUndefined();
    expect(slugOfWorkflowId('other:alpine_school')).toBeUndefined();
  });
});

describe('failure table', () => {
  it('names for every code a command or an act that mends it, with the tenant filled in', () => {
    for (const code of Object.keys(FAILURES) as (keyof typeof FAILURES)[]) {
      const command = mendingCommand(code, 'alpine_school', 'pixel');
      expect(command).not.toMatch(/[{}]/);
      expect(command).toContain('kobi ');
    }
  });
});
