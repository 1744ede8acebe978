import { causeIs } from '../../../../recordings/expect.ts';
import { demo, patch } from '../stage.ts';
import { addTidb } from '../tidb.ts';
import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The image of the operator's Pod has one letter too many. */
export const fault: Fault = {
  code: 'SRG-operator-image',
  name: "the operator's own image has a typing error",
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-operator-image',
    title: 'An operator is not running',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const at = scene.around('applied', 12);
      const { operator } = addTidb(plan, { at, status: { conditions: [] } });
      patch(operator, {
        at,
        manager: 'kubectl-client-side-apply',
        through: true,
        spec: (spec) => {
          mainContainer(spec).image = 'pingcap/tidb-operatorr:v1.6.3';
        },
        state: pullFailing({
          code: 'Unknown',
          error:
            'failed to pull and unpack image "docker.io/{image}": failed to resolve reference "docker.io/{image}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
        }),
      });
      deploymentReplicasMismatch(plan, operator, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'tidb-operator', name: 'tidb-controller-manager' }],
        category: ['image-not-found', 'image-pull-credentials'],
        keywords: [['tidb-operatorr']],
      }),
  },
};
