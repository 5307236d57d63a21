import { type EndpointTable, get, may, must, post } from './parameter.js';

const withoutToken = (table: EndpointTable): EndpointTable => ({ ...table, auth: 'none' });

/** Tokens and the user behind them (facts 1.6, 2.2). */
export const accountTables = [
  withoutToken(
    post(
      '/oauth2/access_token/',
      'facts 2.2',
      [],
      [must('app_id'), must('secret'), must('auth_code'), may('return_advertiser_ids', 'boolean')],
    ),
  ),
  withoutToken(post('/oauth/token/', 'facts 2.2', [], [must('client_id'), must('client_secret'), must('code'), must('grant_type')])),
  post('/oauth2/revoke_token/', 'facts 2.2', [], [must('app_id'), must('secret'), must('access_token')]),
  get('/oauth2/advertiser/get/', 'facts 2.2', [], [must('app_id'), must('secret')]),
  get('/user/info/', 'facts 1.6', [], []),
  get('/tool/timezone/', 'facts 1.6', [], [must('advertiser_id')]),
];
