import { setTimeout as delay } from 'node:timers/promises';

/** How long a test waits for what must come; reached only when it never comes. */
const PATIENCE_MS = 30_000;

/** Reads until the value is as wanted; also for tests that run side by side, where `expect.poll` does not work. */
export async function eventually<T>(what: string, read: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await read();
    if (wanted(value)) return value;
    if (Date.now() > end) throw new Error(`never came: ${what}; last seen: ${JSON.stringify(value, null, 1)}`);
    await delay(40);
  }
}
