import type { SignalAnswer } from '@headwater/contracts/http/signals.ts';
import type { RecordedSignals } from '@headwater/engine/intake/record-signals.ts';
import type { FastifyReply } from 'fastify';
import { storedSignals } from '../webhooks/alertmanager.ts';

/** Answers 201 when something began to fire, 202 when all was known; both after the commit. */
export function answerSignals(recorded: RecordedSignals, reply: FastifyReply): SignalAnswer {
  const { alerts, opened } = storedSignals(recorded);
  const created = opened > 0;
  reply.code(created ? 201 : 202);
  return {
    status: created ? 'created' : 'duplicate',
    message: created ? `${opened} of ${alerts} alerts began to fire` : `${alerts} alerts stored; none began to fire`,
    fingerprint: recorded.body.alerts[0]?.fingerprint ?? '',
    duplicate: !created,
    summary: { total: alerts, created: opened, deduplicated: alerts - opened },
  };
}
