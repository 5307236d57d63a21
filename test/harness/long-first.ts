import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Small files that take long. Vitest begins with the largest; these would come last and leave one worker alone at the end. */
const LONG = [
  'test/cli/with-a-stack.test.ts',
  'test/cli/event-intake.test.ts',
  'test/events/sending/kills.test.ts',
  'test/faults/',
  'test/gateway/killed.test.ts',
  'test/runtime/orphans.test.ts',
  'test/system/',
];

/** Begins with the files that take longest, so that all workers end at about the same time. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => (LONG.some((part) => moduleId.includes(part)) ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
