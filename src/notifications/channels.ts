import type { People } from '../domain/people.js';
import type { Channel } from './channel.js';
import { mailChannel } from './mail.js';
import { type WebhookEndpoint, signedWebhookChannel } from './signed-webhook.js';
import { slackChannel } from './slack.js';

export interface ChannelSettings {
  readonly mail?: { readonly smtpUrl: string; readonly from: string };
  /** Address of a Slack-compatible incoming webhook; a secret. */
  readonly slackUrl?: string;
  readonly webhooks: readonly WebhookEndpoint[];
  readonly deskOrigin?: string;
}

/** The channels that are configured; each endpoint is one of its own. */
export function channelsOf({ mail, slackUrl, webhooks, deskOrigin }: ChannelSettings, readPeople: () => Promise<People>): Channel[] {
  return [
    ...(mail ? [mailChannel({ ...mail, ...(deskOrigin === undefined ? {} : { deskOrigin }) }, readPeople)] : []),
    ...(slackUrl === undefined ? [] : [slackChannel(slackUrl, deskOrigin)]),
    ...webhooks.map(signedWebhookChannel),
  ];
}
