import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GateStatus } from '../../src/contract/status.js';
import { peopleSchema } from '../../src/domain/people.js';
import { mailChannel } from '../../src/notifications/mail.js';
import { putNotification } from '../../src/store/notifications.js';
import { openGate, save, statusOf } from '../web/statuses.js';
import { DIGEST_MS, type Office, openOffice, PEOPLE } from './office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
beforeEach(() => office.reopen());
afterAll(() => office.close());

const headerOf = (mail: { headers: { key: string; value: string }[] } | undefined, name: string): string =>
  mail?.headers.find((header) => header.key === name)?.value ?? '';
const textsTo = (address: string): string[] => office.mailbox.to(address).map((mail) => mail.text ?? '');

describe('one thread per tenant', () => {
  it('lets every mail about a tenant answer the same message under the same subject, and no mail share its own id', async () => {
    await office.starts('alpine_school');
    await office.starts('coast_tours');
    await office.opens('alpine_school');
    await office.after(0);
    await office.after(DIGEST_MS);
    await office.tells('alpine_school', 'gate_reminded', { gate: 'creative_policy', revision: 1 });
    await office.after(0);
    await office.after(DIGEST_MS);
    await office.opens('coast_tours');
    await office.after(0);
    await office.after(DIGEST_MS);
    const mails = office.mailbox.to('approver-a@example.org');
    expect(mails.map((mail) => mail.subject)).toEqual(['Onboarding alpine_school', 'Onboarding alpine_school', 'Onboarding coast_tours']);
    const threads = mails.map((mail) => [headerOf(mail, 'in-reply-to'), headerOf(mail, 'references')]);
    const root = (slug: string): string => `<onboarding.${slug}@example.org>`;
    expect(threads).toEqual(['alpine_school', 'alpine_school', 'coast_tours'].map((slug) => [root(slug), root(slug)]));
    expect(new Set(office.mailbox.mails.map((mail) => mail.messageId)).size).toBe(office.mailbox.mails.length);
    expect(headerOf(mails[0], 'auto-submitted')).toBe('auto-generated');
    expect(mails[0]?.text).toContain('https://desk.example.org/tenants/alpine_school/gates/creative_policy');
  });
});

describe('digests', () => {
  it('make one mail of everything that happens to a person within the window, over several tenants', async () => {
    const slugs = ['alpine_school', 'coast_tours', 'peak_gear'];
    for (const slug of slugs) {
      await office.starts(slug);
      await office.opens(slug);
      await office.after(60_000);
    }
    expect(office.mailbox.mails).toEqual([]);
    await office.after(DIGEST_MS - 120_000);
    const [mail, ...more] = office.mailbox.to('approver-a@example.org');
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('Onboardings: 3 messages about 3 tenants');
    for (const slug of slugs) expect(mail?.text).toContain(`${slug}: to decide: creative policy, revision 1`);
    // It belongs to no single thread, and must not tie three of them together.
    expect(headerOf(mail, 'references')).toBe('');
    await office.after(10 * DIGEST_MS);
    expect(office.mailbox.to('approver-a@example.org')).toHaveLength(1);
  });

  it('tell of the last of several reminders only', async () => {
    await office.starts('alpine_school');
    await office.opens('alpine_school');
    for (let count = 0; count < 3; count += 1)
      await office.tells('alpine_school', 'gate_reminded', { gate: 'creative_policy', revision: 1 });
    await office.after(0);
    await office.after(DIGEST_MS);
    const [text = '', ...more] = textsTo('approver-a@example.org');
    expect(more).toEqual([]);
    expect(text.match(/decide: creative policy/g)).toHaveLength(1);
    expect(text).toContain('still to decide: creative policy');
  });

  it('ask for nothing that was decided before they went out, and say who decided instead', async () => {
    await office.starts('alpine_school');
    await office.opens('alpine_school');
    await office.after(0);
    const { now } = office;
    await office.decides('alpine_school', 'approver-a');
    const gate = openGate({
      state: 'approved',
      openedAt: now.toISOString(),
      decisions: [{ decisionId: 'd-1', actor: 'approver-a', verdict: 'approve', reason: 'fits', at: now.toISOString() }],
    });
    await save(office.database.db, statusOf('alpine_school', { startedAt: now.toISOString(), gates: [gate] }));
    await office.after(0);
    await office.after(2 * DIGEST_MS);
    expect(textsTo('approver-a@example.org')).toEqual([]);
    const [text = '', ...more] = textsTo('approver-b@example.org');
    expect(more).toEqual([]);
    expect(text).toContain('alpine_school: approver-a approved creative policy, revision 1');
    expect(text).not.toContain('to decide');
    expect(textsTo('ops-a@example.org')[0]).toContain('approver-a approved creative policy');
    expect(text, 'why somebody said yes stays at the desk').not.toContain('canary');
  });
});

describe('who gets what', () => {
  it('asks whoever may decide by the people as they are when the mail goes out', async () => {
    await office.starts('alpine_school');
    await office.opens('alpine_school');
    await office.after(0);
    office.people = peopleSchema.parse({
      people: PEOPLE.people.map((person) => (person.id === 'approver-b' ? { ...person, disabled: true } : person)),
    });
    await office.after(DIGEST_MS);
    expect(office.mailbox.mails.map((mail) => mail.to?.[0]?.address)).toEqual(['approver-a@example.org']);
  });

  it('takes an escalation to operators of the tenant, parked steps to operators only, and says how to mend them', async () => {
    await office.starts('coast_tours');
    await office.tells('coast_tours', 'gate_escalated', { gate: 'creative_policy', revision: 1 });
    await office.tells('coast_tours', 'step_parked', { code: 'pixel_ambiguous', message: 'canary-message' });
    await office.after(0);
    await office.after(DIGEST_MS);
    const addresses = office.mailbox.mails.map((mail) => mail.to?.[0]?.address ?? '').toSorted((a, b) => a.localeCompare(b));
    expect(addresses).toEqual(['approver-a', 'approver-b', 'ops-a', 'ops-b'].map((name) => `${name}@example.org`));
    expect(textsTo('approver-a@example.org')[0]).not.toContain('parked');
    expect(textsTo('ops-b@example.org')[0]).toContain('mend: rename the wrong ones in Events Manager, then kobi retry coast_tours pixel');
  });

  it('tells whoever may review that an admin broke the glass, and everybody who runs onboardings of an objection', async () => {
    await office.starts('alpine_school');
    const broken = { gate: 'creative_policy', revision: 1, admin: 'admin-a', dueAt: '2026-03-03T12:00:00.000Z', reason: 'canary-reason' };
    const at = office.now.toISOString();
    const note = (kind: string) => ({ slug: 'alpine_school', key: kind, kind, gate: 'creative_policy', at, body: broken });
    await putNotification(office.database.db, note('review_opened'));
    await office.after(0);
    await office.after(DIGEST_MS);
    const to = (): string[] => office.mailbox.mails.map((mail) => mail.to?.[0]?.address ?? '').toSorted((a, b) => a.localeCompare(b));
    expect(to()).toEqual(['approver-a@example.org', 'approver-b@example.org']);
    const [text = ''] = textsTo('approver-b@example.org');
    expect(text).toContain('an admin broke the glass at creative policy, revision 1: to be reviewed');
    expect(text).toContain('https://desk.example.org/reviews');
    expect(text).not.toContain('canary');
    await putNotification(office.database.db, note('review_objected'));
    await office.after(0);
    await office.after(DIGEST_MS);
    expect(to()).toEqual(['admin-a', 'approver-a', 'approver-b', 'ops-a'].map((name) => `${name}@example.org`));
  });

  it('tells the second of four eyes what is still missing, and does not ask the first again', async () => {
    await office.starts('alpine_school');
    await office.opens('alpine_school', 'initial_funding');
    await office.decides('alpine_school', 'finance-a', 'approve', 'initial_funding');
    const at = office.now.toISOString();
    const gate: Partial<GateStatus> = { id: 'initial_funding', needed: 2, openedAt: at };
    const decisions = [{ decisionId: 'd-1', actor: 'finance-a', verdict: 'approve', reason: 'fits', at } as const];
    await save(office.database.db, statusOf('alpine_school', { startedAt: at, gates: [openGate({ ...gate, decisions })] }));
    await office.after(0);
    await office.after(DIGEST_MS);
    expect(textsTo('finance-a@example.org')).toEqual([]);
    const [text = ''] = textsTo('finance-b@example.org');
    expect(text).toContain('to decide: initial funding');
    expect(text).toContain('1 more decision by other people needed');
  });

  it('lets admins hear what nobody else would', async () => {
    office.people = peopleSchema.parse({ people: PEOPLE.people.filter((person) => person.id === 'admin-a') });
    await office.starts('alpine_school');
    await office.opens('alpine_school');
    await office.after(0);
    await office.after(DIGEST_MS);
    expect(textsTo('admin-a@example.org')).toHaveLength(1);
  });
});

describe('quiet hours', () => {
  it('hold mails until the morning of the tenant, not of anybody else', async () => {
    // 12:00 in Berlin is 20:00 in Tokyo, in winter.
    await office.reopen('2026-03-02T11:00:00.000Z', { from: 20 * 60, to: 7 * 60 });
    await office.starts('alpine_school', 'Europe/Berlin');
    await office.starts('coast_tours', 'Asia/Tokyo');
    await office.opens('alpine_school');
    await office.opens('coast_tours');
    await office.after(0);
    await office.after(DIGEST_MS);
    expect(office.mailbox.to('approver-a@example.org').map((mail) => mail.subject)).toEqual(['Onboarding alpine_school']);
    office.now = new Date('2026-03-02T21:59:59.000Z');
    await office.notify();
    expect(office.mailbox.to('approver-a@example.org')).toHaveLength(1);
    await office.after(1_000);
    expect(office.mailbox.to('approver-a@example.org').map((mail) => mail.subject)).toEqual([
      'Onboarding alpine_school',
      'Onboarding coast_tours',
    ]);
  });
});

describe('a mail server that fails', () => {
  it('is asked again with growing distance until it answers, with the same message', async () => {
    await office.starts('alpine_school');
    await office.tells('alpine_school', 'onboarding_live');
    await office.after(0);
    office.mailbox.refuse = () => ({ responseCode: 451, taken: true });
    await office.after(DIGEST_MS);
    const waits: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      const [delivery] = await office.deliveries();
      expect(delivery).toMatchObject({ outcome: null, attempts: count + 1, error: 'SMTP answer 451' });
      waits.push((delivery?.nextAt.getTime() ?? 0) - office.now.getTime());
      await office.after((waits.at(-1) ?? 0) - 1);
      expect(office.mailbox.mails).toHaveLength(count + 1);
      if (count === 2) office.mailbox.refuse = () => null;
      await office.after(1);
    }
    expect(waits).toEqual([5_000, 20_000, 80_000]);
    expect(new Set(office.mailbox.mails.map((mail) => mail.messageId)).size).toBe(1);
    expect(await office.deliveries()).toMatchObject([{ outcome: 'delivered', attempts: 4, error: '' }]);
    await office.after(10 * DIGEST_MS);
    expect(office.mailbox.mails).toHaveLength(4);
  });

  it('loses nobody else’s mail when one mailbox is gone, and keeps no address and no answer', async () => {
    await office.starts('alpine_school');
    await office.opens('alpine_school');
    await office.after(0);
    office.mailbox.refuse = (to) => (to === 'approver-a@example.org' ? { responseCode: 550 } : null);
    await office.after(DIGEST_MS);
    expect((await office.deliveries()).map(({ target, outcome, error }) => [target, outcome, error])).toEqual([
      ['approver-a', 'given_up', 'SMTP answer 550'],
      ['approver-b', 'delivered', ''],
    ]);
    expect(JSON.stringify([await office.deliveries(), office.warnings])).not.toMatch(/canary|example\.org/);
  });

  it('is given up after three days', async () => {
    await office.starts('alpine_school');
    await office.tells('alpine_school', 'onboarding_live');
    const nobody = mailChannel({ smtpUrl: 'smtp://kobi:canary-password@127.0.0.1:1', from: 'kobi@example.org' }, office.deps.readPeople);
    office.use(nobody);
    await office.after(0);
    await office.after(DIGEST_MS);
    expect(await office.deliveries()).toMatchObject([{ outcome: null, error: 'SMTP ESOCKET' }]);
    await office.after(3 * 86_400_000);
    expect(await office.deliveries()).toMatchObject([{ outcome: 'given_up' }]);
    nobody.close?.();
  });
});
