import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { queuePort } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { during, ramp, type Shape, steady } from '@headwater/testkit/world/metrics.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addLag, recordOf } from '../../kit/queue-lag.ts';
import { type Failure, runtimeOf } from '../../kit/runtimes.ts';

/** One record cannot be read; the consumer is given it again and again, and nothing behind it moves. */
export const fault: Fault = {
  code: 'Y09',
  name: 'queue stuck on a poison message',
  lookAlikes: ['K04', 'C09', 'U01'],
  scenario: {
    slug: 'y09-poison-message',
    title: 'Lag of one consumer grows, its pods are healthy',
    families: ['dependency'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['queue', 'worker'] });
      const { worker, queue, namespace } = app;
      const at = scene.around('poison', 26);
      const kafka = isKafka(scene);
      const { topic, offset, partition } = recordOf(scene);
      if (kafka) {
        setEnv(mainContainer(worker.spec), 'KAFKA_BROKERS', `kafka.${scene.cast.domain}:9092`);
        setEnv(mainContainer(worker.spec), 'KAFKA_GROUP', worker.name);
        setEnv(mainContainer(worker.spec), 'KAFKA_TOPIC', topic);
      } else setEnv(mainContainer(worker.spec), 'QUEUE_ADDR', `${queue.name}:${queuePort(scene)}`);
      const words = cannotRead(worker, kafka ? `${topic}-${partition} at offset ${offset}` : null, scene);
      complaining(plan, worker, {
        complaints: [
          {
            since: at,
            every: 12,
            say: () => ({ level: 'error', message: words.message, ...(words.trace ? { trace: words.trace } : {}) }),
          },
        ],
      });
      const lag: Shape = during(scene, at, {
        normal: steady(scene, 'lag', 14, 0.5),
        faulty: ramp(at, scene.zero, [15, 15 + ((scene.zero - at) / 1000) * 11]),
      });
      addLag(plan, worker, { at, lag, kafka });
      alert(plan, {
        alertname: kafka
          ? 'HighKafkaConsumerLag'
          : scene.cast.engines.queue === 'rabbitmq'
            ? 'RabbitmqQueueGrowing'
            : 'NatsJetStreamConsumerPendingHigh',
        severity: 'warning',
        labels: kafka
          ? { namespace, consumergroup: worker.name, topic }
          : { namespace, queue: topic, service: queue.name },
        summary: `Messages wait on ${topic}`,
        description: `${kafka ? `Consumer group ${worker.name}` : `Queue ${topic}`} has a backlog that grows for 10 minutes.`,
        at: at + 12 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.worker }],
        category: ['queue-backlog'],
        keywords: [
          isKafka(scene) ? [String(recordOf(scene).offset)] : [recordOf(scene).id],
          ['offset', 'again', 'same', 'redeliver'],
        ],
        not: [{ kind: 'StatefulSet' }, { category: 'traffic-surge' }, { category: 'app-crash' }],
      }),
  },
};

function isKafka(scene: Scene): boolean {
  return scene.random.chance('kafka', 0.5);
}

function cannotRead(worker: Workload, place: string | null, scene: Scene): Failure {
  const runtime = runtimeOf(worker);
  const { topic, id } = recordOf(scene);
  if (place)
    switch (runtime) {
      case 'java':
        return {
          message: `Error deserializing key/value for partition ${place}. If needed, please seek past the record to continue consumption.`,
          trace: [
            "Caused by: com.fasterxml.jackson.core.JsonParseException: Unexpected character ('<' (code 60)): expected a valid value",
          ],
        };
      case 'python':
        return {
          message: `failed to process record ${place}: json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)`,
        };
      case 'node':
        return {
          message: `[Runner] Error when calling eachMessage for ${place}: SyntaxError: Unexpected token '<', "<xml>" is not valid JSON`,
        };
      case 'go':
        return { message: `decode message ${place}: invalid character '<' looking for beginning of value` };
    }
  const requeued = `message ${id} from queue ${topic} requeued (redelivered=true)`;
  switch (runtime) {
    case 'java':
      return {
        message: `Execution of Rabbit message listener failed, ${requeued}: MessageConversionException: Failed to convert Message content`,
      };
    case 'python':
      return { message: `${requeued}: KeyError: 'currency'` };
    case 'node':
      return { message: `${requeued}: TypeError: Cannot read properties of undefined (reading 'currency')` };
    case 'go':
      return { message: `${requeued}: json: cannot unmarshal string into Go struct field Event.total of type int64` };
  }
}
