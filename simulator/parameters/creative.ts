import { get, may, must, paging, post, upload } from './parameter.js';

/** Files, Spark posts and identities (facts 6.2, 6.3, 7.7). */
export const creativeTables = [
  upload(
    '/file/video/ad/upload/',
    'facts 7.7',
    ['611'],
    [
      must('advertiser_id'),
      may('file_name', 'string', { min: 1, max: 100 }),
      may('upload_type', 'string', { enum: ['UPLOAD_BY_FILE', 'UPLOAD_BY_URL', 'UPLOAD_BY_FILE_ID', 'UPLOAD_BY_VIDEO_ID'] }),
      may('video_file', 'file'),
      may('video_signature'),
      may('video_url'),
      may('file_id'),
      may('video_id'),
      may('is_third_party', 'boolean'),
      may('flaw_detect', 'boolean'),
      may('auto_fix_enabled', 'boolean'),
      may('auto_bind_enabled', 'boolean'),
    ],
  ),
  upload(
    '/file/image/ad/upload/',
    'facts 7.7',
    ['601'],
    [
      must('advertiser_id'),
      may('upload_type', 'string', { enum: ['UPLOAD_BY_FILE', 'UPLOAD_BY_URL', 'UPLOAD_BY_FILE_ID'] }),
      may('file_name', 'string', { min: 1, max: 100 }),
      may('image_file', 'file'),
      may('image_signature'),
      may('image_url'),
      may('file_id'),
    ],
  ),
  get('/file/video/ad/info/', 'facts 7.7', ['610'], [must('advertiser_id'), must('video_ids', 'string[]', { min: 1, max: 60 })]),
  get('/file/image/ad/info/', 'facts 7.7', ['600'], [must('advertiser_id'), must('image_ids', 'string[]', { min: 1, max: 100 })]),
  get(
    '/file/video/ad/search/',
    'facts 7.7',
    ['610'],
    [
      must('advertiser_id'),
      may('filtering', 'object', {
        fields: [
          may('video_ids', 'string[]'),
          may('material_ids', 'string[]'),
          may('video_name'),
          may('video_material_sources', 'string[]'),
        ],
      }),
      may('sort_field'),
      may('sort_type'),
      ...paging(100),
    ],
  ),
  get(
    '/file/image/ad/search/',
    'facts 7.7',
    ['600'],
    [
      must('advertiser_id'),
      may('filtering', 'object', { fields: [may('image_ids', 'string[]'), may('material_ids', 'string[]'), may('image_name')] }),
      may('sort_field'),
      may('sort_type'),
      ...paging(100),
    ],
  ),
  post('/tt_video/authorize/', 'facts 6.2', ['691'], [must('advertiser_id'), must('auth_code'), may('original_post_auth_code')]),
  get('/tt_video/info/', 'facts 6.2', ['690'], [must('advertiser_id'), must('auth_code')]),
  get(
    '/tt_video/list/',
    'facts 6.2',
    ['691'],
    [
      must('advertiser_id'),
      may('item_types', 'string[]', { enum: ['VIDEO', 'CAROUSEL'] }),
      may('keyword', 'string', { max: 500 }),
      ...paging(50),
    ],
  ),
  post('/tt_video/unbind/', 'facts 6.2', ['691'], [must('advertiser_id'), must('item_id')]),
  post('/identity/create/', 'facts 6.3', ['692'], [must('advertiser_id'), must('display_name', 'string', { max: 100 }), may('image_uri')]),
  post('/identity/delete/', 'facts 6.3', ['692'], [must('advertiser_id'), must('identity_id'), must('identity_type')]),
  get(
    '/identity/get/',
    'facts 6.3',
    ['693'],
    [
      must('advertiser_id'),
      may('identity_type', 'string', { enum: ['CUSTOMIZED_USER', 'AUTH_CODE', 'TT_USER', 'BC_AUTH_TT', 'TTS_TT'] }),
      may('identity_authorized_bc_id'),
      may('filtering', 'object', { fields: [may('keyword')] }),
      ...paging(100),
    ],
  ),
];
