import { createHash } from 'node:crypto';
import { ApiRefusal, FlatAnswer } from '../envelope.js';
import type { Token } from '../entities.js';
import { RawNumber } from '../json.js';
import { type EndpointContext, type EndpointHandlers, isVisible, nextSequence, reachedBy, requestAdvertiser } from './context.js';

function checkApp(context: EndpointContext, idField: string, secretField: string): string {
  const appId = context.values.text(idField);
  const app = context.state.apps[appId];
  if (app === undefined) throw new ApiRefusal(40113, 'The app_id does not exist or has been blocked.');
  if (app.secret !== context.values.text(secretField)) throw new ApiRefusal(40101, 'The app_id and secret do not match.');
  return appId;
}

function advertisersOf(context: EndpointContext, token: Token): { advertiser_id: string; advertiser_name: string }[] {
  const reached = reachedBy(context.state, token);
  return Object.values(context.state.advertisers)
    .filter((item) => isVisible(context, item) && reached.has(item.advertiserId))
    .map((item) => ({ advertiser_id: item.advertiserId, advertiser_name: item.name }));
}

/** Single use, one hour (facts 2.2). */
function exchange(context: EndpointContext, appId: string, field: string): Token {
  const text = context.values.text(field);
  const code = context.state.authCodes[text];
  if (code === undefined || code.appId !== appId) throw new ApiRefusal(40101, 'Invalid auth_code. Please check and try again.');
  if (code.used || code.expiresAt <= context.now) {
    throw new ApiRefusal(40110, 'The auth_code is canceled. Please re-authorize and try again with a new auth_code.');
  }
  code.used = true;
  const digest = createHash('sha256')
    .update(`${text}:${nextSequence(context.state)}`)
    .digest('hex')
    .slice(0, 32);
  const token: Token = {
    token: `sim-token-${digest}`,
    appId,
    userId: code.userId,
    scopes: code.scopes,
    revoked: false,
    advertiserIds: code.advertiserIds,
  };
  context.state.tokens[token.token] = token;
  return token;
}

function tokenFields(context: EndpointContext, token: Token): Record<string, unknown> {
  return {
    access_token: token.token,
    advertiser_ids: advertisersOf(context, token).map((item) => item.advertiser_id),
    scope: token.scopes.map((scope) => new RawNumber(scope)),
  };
}

function accessToken(context: EndpointContext): object {
  const token = exchange(context, checkApp(context, 'app_id', 'secret'), 'auth_code');
  const fields = tokenFields(context, token);
  if (context.values.maybeFlag('return_advertiser_ids') === false) delete fields.advertiser_ids;
  return fields;
}

/** The form for generic OAuth clients: flat, other field names (facts 2.2). */
function flatToken(context: EndpointContext): object {
  const appId = checkApp(context, 'client_id', 'client_secret');
  const grant = context.values.text('grant_type');
  if (grant !== 'authorization_code') {
    throw new ApiRefusal(40108, `Invalid value for grant_type: ${grant} is not supported.`);
  }
  return new FlatAnswer({ ...tokenFields(context, exchange(context, appId, 'code')), token_type: 'Bearer' });
}

function revoke(context: EndpointContext): object {
  const appId = checkApp(context, 'app_id', 'secret');
  const token = context.state.tokens[context.values.text('access_token')];
  if (token === undefined || token.revoked) throw new ApiRefusal(40105, 'Access token is incorrect or has been revoked.');
  if (token.appId !== appId) {
    throw new ApiRefusal(40113, "The app_id is inconsistent with the token's app information. Please retry after correcting it.");
  }
  const ids = advertisersOf(context, token).map((item) => item.advertiser_id);
  token.revoked = true;
  return { app_id: appId, advertiser_ids: ids };
}

function advertiserGet(context: EndpointContext): object {
  const appId = checkApp(context, 'app_id', 'secret');
  const { token } = context;
  if (token !== null && token.appId !== appId) {
    throw new ApiRefusal(40113, "The app_id is inconsistent with the token's app information. Please retry after correcting it.");
  }
  return { list: token === null ? [] : advertisersOf(context, token) };
}

function userInfo(context: EndpointContext): object {
  const userId = context.token?.userId ?? '';
  const member = Object.values(context.state.businessCenters).flatMap((bc) => bc.members[userId] ?? [])[0];
  const email = member?.userEmail ?? '';
  return {
    display_name: member?.userName ?? '',
    email: email.replace(/^(.).*@/, '$1***@'),
    core_user_id: userId,
    create_time: 1_700_000_000,
    avatar_url: '',
  };
}

function timezones(context: EndpointContext): object {
  requestAdvertiser(context);
  return {
    timezones: Intl.supportedValuesOf('timeZone').map((name) => ({ timezone_code: name, timezone_name: name })),
  };
}

/** Tokens and the user behind them (facts 1.6, 2.2). */
export const accountHandlers: EndpointHandlers = {
  '/oauth2/access_token/': accessToken,
  '/oauth/token/': flatToken,
  '/oauth2/revoke_token/': revoke,
  '/oauth2/advertiser/get/': advertiserGet,
  '/user/info/': userInfo,
  '/tool/timezone/': timezones,
};
