import type { CreativeReport, OnboardingActivities } from '../contract/onboarding-activities.js';
import type { Creative } from '../contract/tenant.js';
import { checkCreative, type CreativeFinding } from '../domain/creative-specs.js';
import { creativeEvidence, evidenceHash } from '../domain/evidence.js';
import { creativeFileName } from '../domain/naming.js';
import { TikTokError } from '../tiktok/error.js';
import type { ActivityDependencies } from './dependencies.js';
import { beat } from './attempts.js';
import { stepFailure } from './failure.js';
import { type ProbedFile, probeMedia } from './media-probe.js';
import { onceSettled } from './once.js';
import { everyPage, type TikTokCalls } from '../tiktok/calls.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'db' | 'log' | 'reconcile'>;
type Step = Pick<OnboardingActivities, 'probeCreatives' | 'uploadCreatives'>;
interface Probed {
  readonly creative: Creative;
  readonly file: ProbedFile;
  readonly report: CreativeReport;
}

const KIND = 'upload_creative';
/** TikTok's answer to a file name that the account's library has already (facts 1.3). */
const NAME_TAKEN = 40911;
/** A video is in searches only after its processing, which may take 20 minutes (facts 7.7). */
const PROCESSING_MS = 60_000;

function sentence({ code, severity, measured, limit }: CreativeFinding): CreativeReport['findings'][number] {
  return { code, severity, message: `${code}: ${measured}; limit: ${limit}` };
}

async function probed(creatives: readonly Creative[], vertical: string): Promise<Probed[]> {
  const results: Probed[] = [];
  for (const creative of creatives) {
    beat();
    const file = await probeMedia(creative.file);
    const { verdict, findings } = checkCreative(file.media, creative, vertical);
    const { kind, audio, ...measured } = file.media;
    const report: CreativeReport = {
      id: creative.id,
      file: creative.file,
      sha256: file.sha256,
      kind,
      verdict,
      measured: { ...measured, audio: audio ? 'yes' : 'no' },
      findings: findings.map(sentence),
    };
    results.push({ creative, file, report });
  }
  return results;
}

/** The id of the library's file of exactly this name. */
async function fileNamed(tiktok: TikTokCalls, advertiserId: string, kind: 'video' | 'image', name: string): Promise<string | undefined> {
  const rows = await everyPage(async (page) => {
    if (kind === 'video') {
      const answer = await tiktok.videoSearch({ advertiser_id: advertiserId, filtering: { video_name: name }, page, page_size: 100 });
      return { rows: answer.list.map((row) => ({ id: row.video_id, name: row.file_name })), page_info: answer.page_info };
    }
    const answer = await tiktok.imageSearch({ advertiser_id: advertiserId, filtering: { image_name: name }, page, page_size: 100 });
    return { rows: answer.list.map((row) => ({ id: row.image_id, name: row.file_name })), page_info: answer.page_info };
  });
  return rows.find((row) => row.name === name)?.id;
}

/** Puts one file into the library, once: its name carries its hash, and TikTok refuses a name that it has. */
async function upload(deps: Deps, slug: string, advertiserId: string, { creative, file, report }: Probed): Promise<string> {
  const { tiktok } = deps;
  const name = creativeFileName(slug, creative.id, file.sha256);
  const find = async (): Promise<{ fileId: string }[]> => {
    const fileId = await fileNamed(tiktok, advertiserId, report.kind, name);
    return fileId === undefined ? [] : [{ fileId }];
  };
  const [present] = await find();
  if (present) return present.fileId;
  const plan = { key: `${slug}/${KIND}/${advertiserId}/${name}`, slug, kind: KIND, request: { advertiserId, name, sha256: file.sha256 } };
  let nameTaken = false;
  try {
    const call = async (signal: AbortSignal): Promise<{ fileId: string }> => {
      const parameters = { advertiser_id: advertiserId, file_name: name, path: creative.file, md5: file.md5 };
      try {
        if (report.kind === 'video') return { fileId: (await tiktok.videoUpload(parameters, { signal })).video_id };
        return { fileId: (await tiktok.imageUpload(parameters, { signal })).image_id };
      } catch (error) {
        nameTaken = error instanceof TikTokError && error.tiktokCode === NAME_TAKEN;
        throw error;
      }
    };
    return (await onceSettled(deps, plan, call, find)).fileId ?? '';
  } catch (error) {
    if (!nameTaken) throw error;
    throw stepFailure('tiktok_conflict', `TikTok has the file ${name} already and still processes it`, { nextRetryDelayMs: PROCESSING_MS });
  }
}

/** Creatives: measured from the real file, checked against TikTok's limits, and only the approved ones uploaded. */
export function createCreativePolicyActivities(deps: Deps): Step {
  return {
    async probeCreatives({ creatives, vertical }) {
      return { reports: (await probed(creatives, vertical)).map(({ report }) => report) };
    },

    async uploadCreatives({ slug, advertiserId, creatives, vertical, approvedHash }) {
      const files = await probed(creatives, vertical);
      const evidence = creativeEvidence(
        files.map(({ report }) => report),
        creatives,
      );
      if (evidenceHash(evidence) !== approvedHash) {
        throw stepFailure('creative_changed', 'the creatives are no longer as they were approved; they need a new decision', {
          details: files.map(({ report }) => `${report.id} ${report.file} sha256 ${report.sha256}`),
        });
      }
      const fileIds: Record<string, string> = {};
      for (const file of files) {
        beat();
        fileIds[file.creative.id] = await upload(deps, slug, advertiserId, file);
      }
      return { fileIds };
    },
  };
}
