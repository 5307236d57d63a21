import type { FormRead } from '../../../../src/domain/events/forms/form.js';

/** The one event of a form that holds one; fails the test otherwise. */
export function onlyEvent(read: FormRead): unknown {
  if (!read.ok || read.messages.length !== 1) throw new Error(`is not one event: ${JSON.stringify(read)}`);
  const [message] = read.messages;
  if (message?.kind !== 'event') throw new Error(`is no event: ${JSON.stringify(message)}`);
  return message.event;
}

/** Every event of a form. */
export function events(read: FormRead): readonly unknown[] {
  if (!read.ok) throw new Error(read.sentence);
  return read.messages.map((message) => (message.kind === 'event' ? message.event : message));
}
