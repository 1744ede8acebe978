import { MINUTE } from '@headwater/core/time.ts';
import { addMetrics, counter, during, gauge, ramp, type Shape } from '@headwater/testkit/world/metrics.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';

/** The record at which a consumer stands still. */
export function recordOf(scene: Scene): { topic: string; partition: number; offset: number; id: string } {
  return {
    topic: scene.random.pick('topic', ['orders.created', 'billing-events', 'inventory-updates', 'emails']),
    partition: scene.random.int('partition', 0, 5),
    offset: scene.random.int('offset', 104_000, 9_800_000),
    id: scene.random.uuid('message'),
  };
}

/** What the queue's exporter shows of a consumer that stands still since a time. */
export function addLag(
  plan: Plan,
  worker: Workload,
  { at, lag, kafka }: { at: number; lag: Shape; kafka: boolean },
): void {
  const { scene } = plan;
  const { namespace } = worker;
  const { topic, partition, offset } = recordOf(scene);
  const moving = during(scene, at, { normal: () => 11, faulty: () => 0 });
  if (kafka) {
    const labels = {
      job: 'kafka-exporter',
      namespace,
      consumergroup: worker.name,
      topic,
      partition: String(partition),
    };
    const committed = ramp(at - 40 * MINUTE, at, [offset - 26_000, offset]);
    addMetrics(
      plan,
      gauge(scene, 'kafka_consumergroup_lag', labels, lag),
      gauge(scene, 'kafka_consumergroup_current_offset', labels, (time) =>
        scene.repaired && time > scene.repairedAt ? offset + 15_000 + (time - scene.repairedAt) / 80 : committed(time),
      ),
      counter(scene, 'kafka_topic_partition_current_offset', { ...labels, consumergroup: '' }, { rate: () => 11 }),
    );
    return;
  }
  if (scene.cast.engines.queue === 'rabbitmq') {
    const labels = { job: 'rabbitmq', namespace, queue: topic, vhost: '/' };
    addMetrics(
      plan,
      gauge(scene, 'rabbitmq_queue_messages_ready', labels, lag),
      gauge(scene, 'rabbitmq_queue_consumers', labels, () => 1),
      counter(scene, 'rabbitmq_queue_messages_acked_total', labels, { rate: moving }),
      counter(scene, 'rabbitmq_queue_messages_redelivered_total', labels, {
        rate: during(scene, at, { normal: () => 0.001, faulty: () => 0.3 }),
      }),
    );
    return;
  }
  const labels = { job: 'nats', namespace, stream_name: topic, consumer_name: worker.name };
  addMetrics(
    plan,
    gauge(scene, 'nats_consumer_num_pending', labels, lag),
    gauge(scene, 'nats_consumer_num_redelivered', labels, during(scene, at, { normal: () => 0, faulty: () => 1 })),
    counter(scene, 'nats_consumer_ack_floor_consumer_seq', labels, { rate: moving }),
  );
}
