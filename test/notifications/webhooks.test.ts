import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signedWebhookChannel } from '../../src/notifications/signed-webhook.js';
import { slackChannel } from '../../src/notifications/slack.js';
import { HASH, type Office, openOffice } from './office.js';
import { type Received, type Receiver, startReceiver } from './receivers.js';

const secretOf = (text: string): string => `whsec_${Buffer.from(text.repeat(3)).toString('base64')}`;
const NEWER = secretOf('fake-newer-');
const OLDER = secretOf('fake-older-');
const eventSchema = z.object({ type: z.string(), timestamp: z.string(), data: z.record(z.string(), z.unknown()) });

let office: Office;
let receiver: Receiver;
beforeAll(async () => {
  [office, receiver] = await Promise.all([openOffice(), startReceiver()]);
});
beforeEach(async () => {
  receiver.requests.length = 0;
  receiver.answer = () => ({ status: 204 });
  // The library's verifier knows only the machine's own clock. It is quiet all day: programs do not mind.
  await office.reopen(new Date().toISOString(), { from: 0, to: 23 * 60 + 59 });
  office.use(signedWebhookChannel({ name: 'crm', url: receiver.url, secrets: [NEWER, OLDER] }));
  await office.starts('alpine_school');
});
afterAll(async () => {
  await receiver.close();
  await office.close();
});

function verified(request: Received | undefined, secret: string, change: Record<string, string> = {}): unknown {
  if (!request) throw new Error('nothing was received');
  const header = (name: string): string => String(request.headers[name]);
  const headers = Object.fromEntries(['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, header(name)]));
  return new Webhook(secret).verify(change['body'] ?? request.body, { ...headers, ...change });
}

describe('a signed webhook', () => {
  it('is one request for each event, at once, and names the row of the ledger', async () => {
    await office.opens('alpine_school');
    await office.decides('alpine_school', 'approver-a');
    await office.notify();
    const events = receiver.requests.map((request) => eventSchema.parse(verified(request, NEWER)));
    expect(events.map((event) => event.type)).toEqual(['gate.opened', 'gate.decided']);
    expect(events[1]?.data).toMatchObject({
      slug: 'alpine_school',
      gate: 'creative_policy',
      revision: 1,
      verdict: 'approve',
      actor: 'approver-a',
      evidenceHash: HASH,
      ledger: { seq: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('verifies with each of the secrets while they are changed over, and with no other', async () => {
    await office.opens('alpine_school');
    await office.notify();
    const [request] = receiver.requests;
    expect(verified(request, OLDER)).toEqual(verified(request, NEWER));
    expect(() => verified(request, secretOf('fake-other-'))).toThrow(WebhookVerificationError);
  });

  it('cannot be changed or sent again later', async () => {
    await office.opens('alpine_school');
    await office.notify();
    const [request] = receiver.requests;
    const body = request?.body.replace('alpine_school', 'coast_tours');
    expect(() => verified(request, NEWER, { body: body ?? '' })).toThrow('No matching signature');
    expect(() => verified(request, NEWER, { 'webhook-id': 'msg_other' })).toThrow('No matching signature');
    const later = String(Number(request?.headers['webhook-timestamp']) + 60);
    expect(() => verified(request, NEWER, { 'webhook-timestamp': later })).toThrow('No matching signature');
    const old = String(Number(request?.headers['webhook-timestamp']) - 600);
    expect(() => verified(request, NEWER, { 'webhook-timestamp': old })).toThrow('too old');
  });

  it('is repeated under the same id, signed anew, and not before the receiver wants it', async () => {
    receiver.answer = (count) =>
      count === 1 ? { status: 503 } : count === 2 ? { status: 429, headers: { 'retry-after': '90' } } : { status: 200 };
    await office.opens('alpine_school');
    await office.notify();
    await office.after(4_999);
    expect(receiver.requests).toHaveLength(1);
    await office.after(1);
    expect(await office.deliveries()).toMatchObject([{ attempts: 2, error: 'HTTP status 429' }]);
    await office.after(89_999);
    expect(receiver.requests).toHaveLength(2);
    await office.after(1);
    expect(await office.deliveries()).toMatchObject([{ attempts: 3, outcome: 'delivered' }]);
    const [first, , third] = receiver.requests;
    expect(third?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(Number(third?.headers['webhook-timestamp'])).toBe(Math.floor(office.now.getTime() / 1_000));
    expect(verified(third, NEWER)).toEqual(verified(first, NEWER));
  });

  it('follows no redirect, and gives up an endpoint that is gone', async () => {
    receiver.answer = (count) => (count === 1 ? { status: 307, headers: { location: receiver.url } } : { status: 410 });
    await office.opens('alpine_school');
    await office.notify();
    expect(receiver.requests).toHaveLength(1);
    await office.after(5_000);
    expect(await office.deliveries()).toMatchObject([{ outcome: 'given_up', error: 'HTTP status 410' }]);
  });

  it('brings only what the endpoint wants', async () => {
    office.use(signedWebhookChannel({ name: 'crm', url: receiver.url, secrets: [NEWER], types: ['onboarding.live'] }));
    await office.opens('alpine_school');
    await office.tells('alpine_school', 'onboarding_live');
    await office.notify();
    expect(receiver.requests.map((request) => eventSchema.parse(JSON.parse(request.body)).type)).toEqual(['onboarding.live']);
  });
});

describe('Slack', () => {
  it('gets one message of what happened together, with links and nothing that it reads as markup', async () => {
    await office.reopen();
    await office.starts('alpine_school');
    office.use(slackChannel(receiver.url, 'https://desk.example.org'));
    await office.opens('alpine_school');
    await office.tells('alpine_school', 'step_parked', { code: '<!channel> & co' });
    await office.after(0);
    await office.after(300_000);
    expect(receiver.requests).toHaveLength(1);
    const { text } = z.object({ text: z.string() }).parse(JSON.parse(receiver.requests[0]?.body ?? ''));
    expect(text).toContain(
      '<https://desk.example.org/tenants/alpine_school/gates/creative_policy|alpine_school: to decide: creative policy, revision 1>',
    );
    expect(text).toContain('&lt;!channel&gt; &amp; co');
  });
});
