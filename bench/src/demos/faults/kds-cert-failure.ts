import { causeIs } from '../../../../recordings/expect.ts';
import { addLostIssuer } from '../issuer.ts';
import { demo, part } from '../stage.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The key pair of the ClusterIssuer is gone and the certificate's own secret too; nothing can be issued again. */
export const fault: Fault = {
  code: 'KDS-cert-failure',
  name: "the issuer's secret was deleted",
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-cert-failure',
    title: 'A certificate is not ready',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-cert-failure', 'cert-manager');
      const namespace = 'demo-cert-failure';
      part(plan, namespace, 'demo-app', { image: 'nginx:1.27-alpine', port: 80, probes: '/' });
      addLostIssuer(plan, {
        namespace,
        certificate: 'demo-app-cert',
        issuer: 'demo-selfsigned-ca',
        secretName: 'demo-ca-key-pair',
        at: scene.around('inject', 9),
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'ClusterIssuer', name: 'demo-selfsigned-ca' },
          { kind: 'Certificate', namespace: 'demo-cert-failure', name: 'demo-app-cert' },
          { kind: 'Secret', namespace: 'cert-manager', name: 'demo-ca-key-pair' },
        ],
        category: ['certificate-not-ready', 'secret-missing'],
        keywords: [['demo-ca-key-pair']],
      }),
  },
};
