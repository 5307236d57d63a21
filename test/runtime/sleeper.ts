import { ApplicationFailure, condition, defineSignal, setHandler, sleep } from '@temporalio/workflow';

export const answer = defineSignal<[string]>('answer');

/** Five naps of three days; the virtual time that passed, in days. */
export async function napper(): Promise<number> {
  const startedAt = Date.now();
  for (let nap = 0; nap < 5; nap += 1) await sleep('3 days');
  return (Date.now() - startedAt) / 86_400_000;
}

/** Waits for an answer, a week at most; the day on which it came, or `nobody`. */
export async function gate(): Promise<string> {
  const startedAt = Date.now();
  let answered: string | null = null;
  setHandler(answer, (text) => {
    answered = text;
  });
  return (await condition(() => answered !== null, '7 days')) ? `day ${Math.floor((Date.now() - startedAt) / 86_400_000)}` : 'nobody';
}

/** Fails with a text that nobody else should read. */
export async function failing(): Promise<void> {
  await sleep(1);
  throw ApplicationFailure.nonRetryable('the licence number is visibly-fake-4711');
}
