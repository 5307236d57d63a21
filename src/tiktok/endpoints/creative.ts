import { z } from 'zod';
import { endpointsOf } from '../endpoint.js';
import { id, pageInfo } from '../fields.js';

const { get, post } = endpointsOf('creative');

const video = z.object({ video_id: id });
const image = z.object({ image_id: id });
const named = { file_name: z.string() };

/** TikTok answers a list of one for a video, and an object for an image (facts 7.7). */
const listOfOneVideo = z.tuple([video], z.unknown()).transform(([first]) => first);

/** The account's library (facts 7.7). A lost answer to an upload is found again by the file's name, which is unique per account. */
export const creative = {
  videoUpload: post('/file/video/ad/upload/', { idempotency: 'irreversible', scopes: ['611'] }, listOfOneVideo),
  imageUpload: post('/file/image/ad/upload/', { idempotency: 'irreversible', scopes: ['601'] }, image),
  videoSearch: get('/file/video/ad/search/', ['610'], z.object({ list: z.array(video.extend(named)), page_info: pageInfo })),
  imageSearch: get('/file/image/ad/search/', ['600'], z.object({ list: z.array(image.extend(named)), page_info: pageInfo })),
} as const;
