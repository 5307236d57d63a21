import { ApiRefusal, badParameter } from '../envelope.js';
import type { VerificationStatus } from '../entities.js';
import { utcText } from '../clock.js';
import { imageId } from '../ids.js';
import { type EndpointContext, type EndpointHandlers, adminOfBc, memberOfBc, nextSequence, operableAdvertiser } from './context.js';

const FILE_TYPES: Readonly<Record<string, readonly [name: string, code: string][]>> = {
  BUSINESS: [
    ['Business registration certificate', 'BUSINESS_LICENSE'],
    ['Tax registration certificate', 'TAX_CERTIFICATE'],
  ],
  INDIVIDUAL: [
    ['Passport', 'PASSPORT'],
    ['Identity card', 'ID_CARD'],
  ],
};

function fileTypes(context: EndpointContext): object {
  const types = FILE_TYPES[context.values.text('business_type')] ?? [];
  return { file_types: types.map(([name, code]) => ({ file_type_name: name, file_type_code: code })) };
}

function uploadImages(context: EndpointContext): object {
  const ids = ['image_file1', 'image_file2'].flatMap((name) => {
    const file = context.files.get(name);
    if (file === undefined) return [];
    if (file.bytes.byteLength > 10 * 1024 * 1024) throw new ApiRefusal(40907, 'The file is too large.');
    const id = imageId(nextSequence(context.state));
    context.state.images[id] = { imageId: id, size: file.bytes.byteLength };
    context.created.push(id);
    return [id];
  });
  if (ids.length === 0) throw new ApiRefusal(40905, 'The file is missing.');
  return { qualification_image_ids: ids };
}

interface Subject {
  verificationStatus: VerificationStatus;
  verificationReason: string;
  verificationAuditTime: number | null;
}

function subject(context: EndpointContext, change: boolean): { target: Subject; qualificationId: string | null } {
  const { values } = context;
  if (values.has('advertiser_id') === values.has('bc_id')) {
    throw badParameter('Exactly one of advertiser_id and bc_id is required.');
  }
  if (values.has('bc_id')) {
    const bc = change ? adminOfBc(context) : memberOfBc(context);
    return { target: bc, qualificationId: bc.verificationQualificationId };
  }
  const advertiser = operableAdvertiser(context, values.text('advertiser_id'));
  return { target: advertiser, qualificationId: advertiser.qualificationId };
}

/** NOT_SUBMITTED, FAILED and EXPIRED may be handed in; a person of TikTok decides (facts 11.4). */
function submit(context: EndpointContext): object {
  const { values } = context;
  if (values.has('business_form') === values.has('individual_form')) {
    throw badParameter('Exactly one of business_form and individual_form is required.');
  }
  const { target } = subject(context, true);
  if (target.verificationStatus === 'REVIEWING' || target.verificationStatus === 'VERIFIED') {
    throw badParameter(`The verification is ${target.verificationStatus} and can not be submitted.`);
  }
  target.verificationStatus = 'REVIEWING';
  target.verificationReason = '';
  const seconds = context.state.timings.verificationReviewSeconds;
  target.verificationAuditTime = seconds === null ? null : context.now + seconds * 1000;
  return {};
}

function status(context: EndpointContext): object {
  const { target, qualificationId } = subject(context, false);
  if (target.verificationStatus === 'REVIEWING' && target.verificationAuditTime !== null && target.verificationAuditTime <= context.now) {
    target.verificationStatus = 'VERIFIED';
  }
  const decided = target.verificationStatus !== 'REVIEWING' && target.verificationAuditTime !== null;
  return {
    qualification_id: qualificationId ?? '',
    verification_status: target.verificationStatus,
    rejection_reason: target.verificationReason,
    audit_time: decided && target.verificationAuditTime !== null ? utcText(target.verificationAuditTime) : '',
  };
}

/** Business verification (facts 3.4). */
export const verificationHandlers: EndpointHandlers = {
  '/account/verification/filetype/': fileTypes,
  '/account/verification/upload/': uploadImages,
  '/account/verification/submit/': submit,
  '/account/verification/status/': status,
};
