import { causeIs } from '../../../../recordings/expect.ts';
import { addLostIssuer } from '../issuer.ts';
import { demo, part } from '../stage.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** Argo CD syncs a ClusterIssuer whose secret name does not exist. */
export const fault: Fault = {
  code: 'KDS-cert-failure-gitops',
  name: 'a commit points the issuer at a secret that is not there',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-cert-failure-gitops',
    title: 'A certificate of a synced application is not ready',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-cert-gitops', 'cert-manager');
      const namespace = 'demo-cert-gitops';
      part(plan, namespace, 'demo-app', {
        image: 'nginx:1.27-alpine',
        port: 80,
        probes: '/',
        manager: 'argocd-controller',
      });
      addLostIssuer(plan, {
        namespace,
        certificate: 'demo-app-cert',
        issuer: 'demo-selfsigned-ca-gitops',
        secretName: 'nonexistent-ca-secret',
        at: scene.around('inject', 9),
        manager: 'argocd-controller',
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'ClusterIssuer', name: 'demo-selfsigned-ca-gitops' },
          { kind: 'Certificate', namespace: 'demo-cert-gitops', name: 'demo-app-cert' },
        ],
        category: ['certificate-not-ready', 'secret-missing', 'config-changed'],
        keywords: [['nonexistent-ca-secret']],
      }),
  },
};
