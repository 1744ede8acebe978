import { causeIs } from '../../../../recordings/expect.ts';
import { hostGauge, workersOf } from '../../synthetic/kit/nodes.ts';
import { HOTEL, addHotel, hotelErrors } from '../hotel.ts';
import { demo, everyPod, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { ramp, steady } from '@headwater/testkit/world/metrics.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A pinned client holds tens of thousands of connections; new ones from its node time out while every object looks well. */
export const fault: Fault = {
  code: 'SRG-node-conntrack',
  name: "one client fills a node's connection table",
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-node-conntrack',
    title: 'Requests of one node time out',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const hotel = addHotel(plan);
      const { bad, good, workers } = workersOf(plan);
      const at = scene.around('full', 14);
      const gateway = part(plan, HOTEL, 'rpc-gateway', {
        image: 'python:3.12-alpine',
        container: 'gateway',
        port: 9090,
        replicas: 4,
        spec: { nodeName: bad.name },
      });
      const client = part(plan, HOTEL, 'edge-traffic-client', {
        image: 'python:3.12-alpine',
        container: 'client',
        env: {
          CONNECTIONS: '137626',
          CONNECTIONS_PER_WORKER: '10000',
          TARGET_HOST: 'rpc-gateway.hotel-reservation.svc.cluster.local.',
        },
        spec: { nodeName: bad.name },
      });
      everyPod(gateway, running(), { created: at - 5 * MINUTE, node: bad.name });
      everyPod(client, running(), { created: at - 4 * MINUTE, node: bad.name });
      hotelErrors(plan, hotel.search, {
        since: at,
        message:
          'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp 10.96.31.7:8083: i/o timeout"',
      });
      for (const pod of hotel.search.pods ?? []) Object.assign(pod, { node: bad.name });
      for (const pod of [hotel.geo, hotel.rate]) everyPod(pod, running(), { node: good.name });
      for (const node of workers) {
        const until = node === bad ? ramp(at - 4 * MINUTE, at, [3100, 130_900]) : steady(scene, node.name, 2900);
        hostGauge(plan, node, { name: 'node_nf_conntrack_entries', value: until });
        hostGauge(plan, node, { name: 'node_nf_conntrack_entries_limit', value: () => 131_072 });
      }
      highErrorRate(plan, hotel.search, { since: at, percent: 61 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }, { kind: 'Deployment', namespace: 'hotel-reservation', name: 'edge-traffic-client' }],
        category: ['conntrack-full'],
      }),
  },
};
