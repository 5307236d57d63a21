import { afterEach, describe, expect, it } from 'vitest';
import { type Desk, startDesk } from './desk.js';

let desk: Desk | undefined;
afterEach(async () => {
  await desk?.close();
  desk = undefined;
});

async function guess(from: string): Promise<number> {
  const answer = await fetch(`${desk?.origin}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: desk?.origin ?? '', 'x-forwarded-for': from },
    body: new URLSearchParams({ token: 'visibly-fake-guess' }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function guessUntilHeldUp(from: (nth: number) => string): Promise<number> {
  for (let nth = 1; nth <= 40; nth += 1) if ((await guess(from(nth))) === 429) return nth;
  return Number.POSITIVE_INFINITY;
}

describe('wrong tokens', () => {
  it('are counted by the address that our proxy saw, whatever the sender wrote before it', async () => {
    desk = await startDesk({ config: () => ({ trustedProxies: 1 }) });
    expect(await guessUntilHeldUp((nth) => `198.51.100.${nth}, 203.0.113.7`)).toBeLessThan(40);
    expect(await guess('198.51.100.1, 203.0.113.8')).toBe(401);
  });

  it('are counted together for one network of IPv6, and whatever port a proxy writes behind the address', async () => {
    desk = await startDesk({ config: () => ({ trustedProxies: 1 }) });
    expect(await guessUntilHeldUp((nth) => `2001:db8:7:7:${nth.toString(16)}::${nth}`)).toBeLessThan(40);
    expect(await guess('2001:db8:7:8::1')).toBe(401);
    expect(await guessUntilHeldUp((nth) => `203.0.113.9:${40_000 + nth}`)).toBeLessThan(40);
    expect(await guess('203.0.113.10:40001')).toBe(401);
    expect(await guessUntilHeldUp((nth) => `[2001:db8:7:9::1]:${40_000 + nth}`)).toBeLessThan(40);
  });

  it('are counted by the connection where no proxy is trusted', async () => {
    desk = await startDesk();
    expect(await guessUntilHeldUp((nth) => `203.0.113.${nth}`)).toBeLessThan(40);
  });
});
