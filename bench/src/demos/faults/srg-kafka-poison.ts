import { causeIs } from '../../../../recordings/expect.ts';
import { SHOP, addShop } from '../shop.ts';
import { demo, everyPod, fire, part, says } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { addMetrics, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A consumer cannot deserialize one record, so its offset stands still while the lag grows. */
export const fault: Fault = {
  code: 'SRG-kafka-poison',
  name: 'a record that cannot be read',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-kafka-poison',
    title: 'The lag of a consumer grows, its Pods are ready',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      addShop(plan);
      const at = scene.around('poison', 13);
      const kafka = part(plan, SHOP, 'kafka', { image: 'ghcr.io/open-telemetry/demo:2.0.2-kafka', port: 9092 });
      const validator = part(plan, SHOP, 'orders-validator', {
        image: 'python:3.12-slim',
        env: { KAFKA_ADDR: 'kafka:9092', GROUP_ID: 'orders-validator', TOPIC: 'orders-fulfillment' },
      });
      everyPod(kafka, running());
      says(plan, validator, {
        since: at,
        every: 10,
        line: () =>
          'ERROR failed to deserialize record at orders-fulfillment-0 offset 25: json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0); will retry',
      });
      const labels = {
        consumergroup: 'orders-validator',
        job: 'kafka-exporter',
        namespace: SHOP,
        partition: '0',
        topic: 'orders-fulfillment',
      };
      addMetrics(
        plan,
        gauge(scene, 'kafka_consumergroup_lag', labels, ramp(at, scene.zero, [1, 460])),
        gauge(scene, 'kafka_consumergroup_current_offset', labels, (time) => (time < at ? 24 : 25)),
      );
      fire(plan, {
        alertname: 'KafkaConsumerLag',
        severity: 'warning',
        labels: { consumergroup: 'orders-validator', namespace: SHOP, topic: 'orders-fulfillment' },
        summary: 'Consumer group orders-validator lags behind.',
        description: 'Lag of consumer group orders-validator on topic orders-fulfillment grows.',
        at: at + 5 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'astronomy-shop', name: 'orders-validator' }],
        category: ['queue-backlog'],
        keywords: [['25', 'orders-fulfillment']],
      }),
  },
};
