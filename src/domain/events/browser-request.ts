import type { EventSource } from '../../contract/events.js';
import { isDeviceAddress } from './network-address.js';
import { type Fields, firstOf, isFields, saysNothing } from './plain-values.js';

/** What the connection of a browser says about its device. */
export interface BrowserRequest {
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** An address as TikTok reads it: without a port, and IPv4 in its own form. Undefined for one of our own network. */
export function deviceAddress(written: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(written)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(written)?.[1] ?? written;
  const address = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
  return isDeviceAddress(address) ? address : undefined;
}

/**
 * A web event with the address and the browser of the request that brought it, where it says neither itself: the page's script cannot know
 * its own address. Only for requests of the person's own browser; those of a server would join all persons.
 */
export function withBrowser(event: unknown, { ip, userAgent }: BrowserRequest, defaultSource: EventSource): unknown {
  if (!isFields(event) || (saysNothing(event.source) ? defaultSource : event.source) !== 'web') return event;
  if (!saysNothing(event.user) && !isFields(event.user)) return event;
  const user: Fields = isFields(event.user) ? event.user : {};
  return {
    ...event,
    user: {
      ...user,
      ...(ip === undefined || firstOf(user, 'ip', 'ip_address') !== undefined ? {} : { ip }),
      ...(userAgent === undefined || !saysNothing(user.user_agent) ? {} : { user_agent: userAgent }),
    },
  };
}
