import { causeIs } from '../../../../recordings/expect.ts';
import { HOTEL, addHotel } from '../hotel.ts';
import { demo } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A quota of memory is made; the Pods of a Deployment without a request are refused. */
export const fault: Fault = {
  code: 'SRG-memory-quota',
  name: 'a quota demands a limit nobody set',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-memory-quota',
    title: 'A service has no Pod left',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const at = scene.around('quota', 12);
      const { search } = hotel;
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'v1', kind: 'ResourceQuota', namespace: HOTEL, name: 'memory-limit-quota' },
          made(at, 'OpenAPI-Generator'),
          { spec: { hard: { memory: '1Gi' } }, status: { hard: { memory: '1Gi' }, used: { memory: '0' } } },
        ),
      );
      search.pods = [];
      search.refused = {
        count: 1,
        since: at + SECOND,
        message:
          'pods "search-6d9c8b7f5-" is forbidden: failed quota: memory-limit-quota: must specify memory for: hotel-reserv-search',
      };
      search.progress = 'complete';
      deploymentReplicasMismatch(plan, search, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'ResourceQuota', namespace: 'hotel-reservation', name: 'memory-limit-quota' },
          { kind: 'Deployment', namespace: 'hotel-reservation', name: 'search' },
        ],
        category: ['quota-field-missing', 'quota-exceeded'],
        keywords: [['memory-limit-quota']],
      }),
  },
};
