import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { deliverDue } from '../../src/notifications/delivery.js';
import { runNotifier } from '../../src/notifications/run.js';
import { signedWebhookChannel } from '../../src/notifications/signed-webhook.js';
import { slackChannel } from '../../src/notifications/slack.js';
import { openDatabase } from '../../src/store/database.js';
import { claimDue } from '../../src/store/deliveries.js';
import { listLedger } from '../../src/store/ledger.js';
import { DIGEST_MS, type Office, openOffice } from './office.js';
import { type Receiver, startReceiver } from './receivers.js';

const SECRET = `whsec_${Buffer.from('canary-secret-canary-secret').toString('base64')}`;

let office: Office;
let receiver: Receiver;
beforeAll(async () => {
  office = await openOffice();
});
beforeEach(async () => {
  receiver = await startReceiver();
  await office.reopen();
  await office.starts('alpine_school');
});
afterEach(() => receiver.close());
afterAll(() => office.close());

describe('a channel that is dead', () => {
  it('holds up no gate, no decision and no other channel', async () => {
    await receiver.close();
    const hook = await startReceiver();
    hook.answer = () => ({ status: 500 });
    office.use(slackChannel(receiver.url, undefined), signedWebhookChannel({ name: 'crm', url: hook.url, secrets: [SECRET] }), office.mail);
    await office.opens('alpine_school');
    await office.decides('alpine_school', 'approver-a');
    expect((await listLedger(office.database.db)).map((row) => row.kind)).toEqual(['gate_opened', 'decision_accepted']);
    await office.after(0);
    await office.after(DIGEST_MS);
    expect(office.mailbox.to('approver-b@example.org')).toHaveLength(1);
    const left = (await office.deliveries()).filter((delivery) => delivery.outcome === null);
    expect(left.map(({ channel, error }) => [channel, error])).toEqual([
      ['slack', 'HTTP ECONNREFUSED'],
      ['webhook:crm', 'HTTP status 500'],
      ['slack', 'HTTP ECONNREFUSED'],
      ['webhook:crm', 'HTTP status 500'],
    ]);
    await hook.close();
  });

  it('hangs alone: the others go on while its receiver does not answer', async () => {
    receiver.answer = () => null;
    office.use(slackChannel(receiver.url, undefined), office.mail);
    office.deps = { ...office.deps, digestMs: 0 };
    await office.opens('alpine_school');
    const stop = new AbortController();
    const running = runNotifier(office.deps, { everyMs: 20, stop: stop.signal });
    await vi.waitFor(() => expect(receiver.requests).toHaveLength(1), { timeout: 30_000 });
    await office.tells('alpine_school', 'onboarding_live');
    await vi.waitFor(() => expect(office.mailbox.to('ops-a@example.org')).toHaveLength(1), { timeout: 30_000 });
    stop.abort();
    await receiver.close();
    await running;
  });

  it('does not leave anything to whoever died while sending, once the lease is over', async () => {
    await office.opens('alpine_school');
    await office.after(0);
    office.now = new Date(office.now.getTime() + DIGEST_MS);
    const lost = await claimDue(office.database.db, { channel: 'mail', now: office.now, leaseMs: 60_000, most: 10 });
    expect(lost).toHaveLength(1);
    await office.notify();
    expect(office.mailbox.mails).toHaveLength(1);
    await office.after(60_000);
    expect(office.mailbox.mails).toHaveLength(2);
    expect((await office.deliveries()).every((delivery) => delivery.outcome === 'delivered')).toBe(true);
  });
});

describe('several notifiers', () => {
  it('send each mail once, whole', async () => {
    const others = [openDatabase(office.database.url, { maxConnections: 2 }), openDatabase(office.database.url, { maxConnections: 2 })];
    for (let revision = 1; revision <= 3; revision += 1) {
      for (const slug of ['alpine_school', 'coast_tours', 'peak_gear']) await office.opens(slug, 'creative_policy', revision);
    }
    await office.after(0);
    office.now = new Date(office.now.getTime() + DIGEST_MS);
    await Promise.all([office.deps.db, ...others].map((db) => deliverDue({ ...office.deps, db }, office.mail)));
    await office.notify();
    for (const address of ['approver-a@example.org', 'approver-b@example.org']) {
      expect(office.mailbox.to(address).map((mail) => mail.subject)).toEqual(['Onboardings: 3 messages about 3 tenants']);
    }
    await Promise.all(others.map((db) => db.destroy()));
  });
});

describe('the notifier', () => {
  it('goes on when the people file is whole again', async () => {
    let whole = false;
    const people = office.deps.readPeople;
    office.deps = { ...office.deps, digestMs: 0, readPeople: () => (whole ? people() : Promise.reject(new Error('being edited'))) };
    await office.opens('alpine_school');
    const stop = new AbortController();
    const running = runNotifier(office.deps, { everyMs: 10, stop: stop.signal });
    await vi.waitFor(() => expect(office.warnings).not.toEqual([]), { timeout: 30_000 });
    expect(office.mailbox.mails).toEqual([]);
    whole = true;
    await vi.waitFor(() => expect(office.mailbox.mails).toHaveLength(2), { timeout: 30_000 });
    stop.abort();
    await running;
  });
});

describe('what leaves the house', () => {
  it('has no evidence, no name of the tenant, no message of a failure and no secret in it, and the reason of a rejection in mails only', async () => {
    const hook = await startReceiver();
    office.use(slackChannel(receiver.url, undefined), signedWebhookChannel({ name: 'crm', url: hook.url, secrets: [SECRET] }), office.mail);
    await office.opens('alpine_school');
    await office.decides('alpine_school', 'approver-a', 'reject', 'creative_policy', 'the grades\r\n\u202Eare promised');
    await office.tells('alpine_school', 'step_parked', { code: 'gate_rejected', message: 'canary-message', requestId: 'canary-request' });
    await office.tells('alpine_school', 'gate_reminded', { gate: 'initial_funding', revision: 1, candidates: ['canary-candidate'] });
    for (const kind of ['onboarding_live', 'onboarding_cancelled', 'gate_expired', 'gate_escalated'])
      await office.tells('alpine_school', kind);
    await office.after(0);
    await office.after(DIGEST_MS);
    const mails = office.mailbox.mails.map(({ text, subject, headers }) => JSON.stringify([text, subject, headers]));
    const posts = [...receiver.requests, ...hook.requests].map((request) => request.body);
    expect(mails.length).toBeGreaterThan(3);
    expect(posts).toHaveLength(1 + 8);
    for (const text of [...mails, ...posts]) expect(text).not.toContain('canary');
    for (const text of posts) expect(text).not.toContain('grades');
    const told = office.mailbox.mails.filter(({ text }) => text?.includes('rejected creative policy'));
    expect(told.length).toBeGreaterThan(0);
    for (const { text } of told) expect(text).toContain('reason: the grades are promised\n');
    // Webhooks are for programs: people stay out of them, but for whoever decided.
    for (const { body } of hook.requests) expect(body.match(/[\w.-]+@|ops-a|finance-|approver-b/g)).toBeNull();
    await hook.close();
  });
});
