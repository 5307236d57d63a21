import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { OnboardingStatus } from './status.js';

/**
 * The one list of search attributes that development, tests and production register. They are stored unencrypted, so none holds
 * a name, an address or a mail (docs/security.md).
 */
export const SEARCH_ATTRIBUTES = {
  tenant: defineSearchAttributeKey('KobiTenant', SearchAttributeType.KEYWORD),
  state: defineSearchAttributeKey('KobiState', SearchAttributeType.KEYWORD),
  mode: defineSearchAttributeKey('KobiMode', SearchAttributeType.KEYWORD),
  vertical: defineSearchAttributeKey('KobiVertical', SearchAttributeType.KEYWORD),
  waitingOn: defineSearchAttributeKey('KobiWaitingOn', SearchAttributeType.KEYWORD),
  openGates: defineSearchAttributeKey('KobiOpenGates', SearchAttributeType.KEYWORD_LIST),
  failureCode: defineSearchAttributeKey('KobiFailureCode', SearchAttributeType.KEYWORD),
  due: defineSearchAttributeKey('KobiDue', SearchAttributeType.DATETIME),
} as const;

/** What an onboarding shows of itself: whoever has the ball first (kobi before client before tiktok), the first failure, the nearest due date. */
export function searchAttributesOf(status: OnboardingStatus): SearchAttributeUpdatePair[] {
  const balls = new Set(status.steps.map((step) => step.ball));
  const waitingOn = (['kobi', 'client', 'tiktok'] as const).find((ball) => balls.has(ball)) ?? null;
  const open = status.gates.filter((gate) => gate.state === 'open');
  const dues = [...open.map((gate) => gate.dueAt), ...status.steps.flatMap((step) => step.expectedBy ?? [])].sort();
  const due = dues[0];
  return [
    { key: SEARCH_ATTRIBUTES.tenant, value: status.slug },
    { key: SEARCH_ATTRIBUTES.state, value: status.state },
    { key: SEARCH_ATTRIBUTES.mode, value: status.mode },
    { key: SEARCH_ATTRIBUTES.vertical, value: status.vertical },
    { key: SEARCH_ATTRIBUTES.waitingOn, value: waitingOn },
    { key: SEARCH_ATTRIBUTES.openGates, value: open.length > 0 ? open.map((gate) => gate.id) : null },
    { key: SEARCH_ATTRIBUTES.failureCode, value: status.steps.find((step) => step.failure)?.failure?.code ?? null },
    { key: SEARCH_ATTRIBUTES.due, value: due === undefined ? null : new Date(due) },
  ];
}
