import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { redact, secretsIn } from '../../src/tiktok/redaction.js';
import { afterReading, answeredBy, APP_SECRET, clientOf, envelope, failureOf, TOKEN, TRANSFER } from './answering.js';

const AUTH_CODE = '#dGhpcy1pcy1ub3QtYS1yZWFsLXNwYXJrLWNvZGUtYnV0LWxvbmctZW5vdWdo';

/** Everything by which an error may come to a log, a history or a page. */
function everyText(error: Error): string {
  return [error.message, error.stack, JSON.stringify(error), inspect(error, { depth: 10, showHidden: true }), String(error.cause)].join(
    '\n',
  );
}

describe('errors of calls do not carry what opens doors', () => {
  it.each([
    { name: 'the token', secret: TOKEN },
    { name: "the app's secret", secret: APP_SECRET },
    { name: 'an e-mail address', secret: 'someone@example.org' },
  ])("$name in TikTok's own text", async ({ secret }) => {
    const { client } = await answeredBy(envelope(40_002, `refused: ${secret} and ${encodeURIComponent(secret)} are wrong`));
    const text = everyText(await failureOf(client.bcTransfer(TRANSFER)));
    expect(text).toContain('refused: [redacted]');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encodeURIComponent(secret));
  });

  it("a Spark Ads code that TikTok's text repeats", async () => {
    const { client } = await answeredBy(envelope(40_002, `auth_code_not_found: ${AUTH_CODE}`));
    const text = everyText(await failureOf(client.sparkAuthorize({ advertiser_id: '1', auth_code: AUTH_CODE })));
    expect(text).not.toContain(AUTH_CODE.slice(1, 20));
  });

  it('a broken connection brings nothing of the request with it', async () => {
    const { client } = await answeredBy(afterReading((request) => request.socket.resetAndDestroy()));
    const text = everyText(await failureOf(client.sparkAuthorize({ advertiser_id: '1', auth_code: AUTH_CODE })));
    for (const secret of [TOKEN, APP_SECRET, AUTH_CODE, 'Access-Token', 'axios']) expect(text).not.toContain(secret);
  });

  it("the app's secret in an address that cannot be reached", async () => {
    const text = everyText(await failureOf(clientOf('http://tiktok.invalid/open_api/v1.3').tokenAdvertisers()));
    expect(text).not.toContain(APP_SECRET);
  });
});

describe('redact', () => {
  it.each([
    ['{"access_token":"abc"}', '{"access_token":"[redacted]"}'],
    ['secret=hunter2&x=1', 'secret=[redacted]&x=1'],
    ['contact a.b+c@mail.example.org now', 'contact [redacted] now'],
    ['Missing required field(s): account_id.', 'Missing required field(s): account_id.'],
  ])('%s', (given, expected) => {
    expect(redact(given, [])).toBe(expected);
  });

  it('finds secret fields however deep and however spelled', () => {
    expect(secretsIn({ a: [{ authCode: 'one' }], Access_Token: 'two', name: 'three', inner: { password: 'four' } })).toEqual([
      'one',
      'two',
      'four',
    ]);
  });
});
