import type { GateId } from '../../../contract/checklist.js';
import type { OnboardingStatus } from '../../../contract/status.js';
import { SaidNote } from '../../layout/said.js';
import { Layout, type LayoutProps } from '../../layout/layout.js';
import { SAYS_OF_GATE } from '../../layout/words.js';
import type { Said } from './gate-page.js';

/** What became of a decision on a gate that was never opened: there is no evidence to show it beside. */
export function UnopenedGate(
  props: Required<Pick<LayoutProps, 'person' | 'csrfToken' | 'openGates'>> & {
    readonly status: OnboardingStatus;
    readonly gate: GateId;
    readonly said: Said;
  },
) {
  const { status, gate, said, ...frame } = props;
  return (
    <Layout title={`${SAYS_OF_GATE[gate]} of ${status.slug}`} here="inbox" {...frame}>
      <h1>{SAYS_OF_GATE[gate]}</h1>
      <SaidNote said={said} />
      <p>
        <a href={`/tenants/${status.slug}`}>See where {status.slug} stands</a>
      </p>
    </Layout>
  );
}
