import { causeIs } from '../../../../recordings/expect.ts';
import { HOTEL, addHotel } from '../hotel.ts';
import { demo, part, patch } from '../stage.ts';
import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { container } from '@headwater/testkit/world/pod-spec.ts';
import { initHanging } from '@headwater/testkit/world/pod-states/init.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** maxUnavailable is 100% and the new template's init container never ends. */
export const fault: Fault = {
  code: 'SRG-rolling-update',
  name: 'every replica is taken before the first new one is ready',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-rolling-update',
    title: 'A service has no replica in the middle of a rollout',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      addHotel(plan);
      const at = scene.around('applied', 12);
      const service = part(plan, HOTEL, 'custom-service', {
        image: 'python:3.9-slim',
        container: 'custom-service-main',
        command: ['python3', '-m', 'http.server', '8080'],
        port: 8080,
        replicas: 3,
      });
      service.specExtra = {
        strategy: { rollingUpdate: { maxSurge: '0%', maxUnavailable: '100%' }, type: 'RollingUpdate' },
      };
      patch(service, {
        at,
        through: true,
        spec: (spec) => {
          spec.initContainers = [
            container('hang-init', { image: 'busybox', command: ['/bin/sh', '-c', 'sleep infinity'] }),
          ];
        },
        state: initHanging({ says: [], everySeconds: 60 }),
      });
      service.progress = 'progressing';
      deploymentReplicasMismatch(plan, service, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'hotel-reservation', name: 'custom-service' }],
        category: ['rollout-strategy', 'init-container-hanging'],
      }),
  },
};
