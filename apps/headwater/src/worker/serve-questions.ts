import type { AnalyzeRequest, AnalyzeResponse } from '@headwater/contracts/http/agent.ts';
import { readAlerts } from '@headwater/contracts/webhooks/read-alerts.ts';
import { AppError } from '@headwater/core/errors.ts';
import { agentAnswer } from '@headwater/engine/diagnose/agent-answer.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import { renderDiagnosisMarkdown } from '../render/diagnosis-markdown.ts';
import { type FromWorker, type Questions, tellError, type ToWorker } from './protocol.ts';
import { turnstile } from './turnstile.ts';
import type { Work } from './work.ts';

export interface QuestionDependencies {
  readonly work: Work;
  readonly readMetrics: () => Promise<unknown>;
  readonly now: () => number;
  /** Analyses at once. */
  readonly concurrency: number;
  readonly log: Log;
  readonly send: (message: FromWorker) => void;
  /** Ends the thread. */
  readonly stop: (graceMilliseconds: number) => Promise<void>;
}

/** More would not be served before their callers give up. */
const MAX_WAITING = 32;

/** Answers the messages of the main thread; each question may be cancelled. */
export function serveQuestions(deps: QuestionDependencies): (message: ToWorker) => void {
  const running = new Map<number, AbortController>();
  const gate = turnstile({ atOnce: deps.concurrency, waiting: MAX_WAITING });
  const answer = async (id: number, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> => {
    const abort = new AbortController();
    running.set(id, abort);
    try {
      deps.send({ type: 'answer', id, value: await work(abort.signal) });
    } catch (error) {
      if (!abort.signal.aborted) deps.log.warn({ error }, 'a question of the main thread failed');
      deps.send({ type: 'refused', id, error: tellError(error) });
    } finally {
      running.delete(id);
    }
  };
  return (message) => {
    if (message.type === 'stop') {
      for (const abort of running.values()) abort.abort();
      void deps.stop(message.graceMilliseconds);
    } else if (message.type === 'cancel') running.get(message.id)?.abort();
    else if (message.type === 'metrics') void answer(message.id, deps.readMetrics);
    else void answer(message.id, (signal) => gate.pass(() => analyze(deps, message.data, signal), signal));
  };
}

async function analyze(
  { work, now }: QuestionDependencies,
  { request, cluster }: Questions['analyze'],
  signal: AbortSignal,
): Promise<AnalyzeResponse> {
  // Loaded when first needed, as for the jobs.
  const { analyzeAlert } = await import('@headwater/engine/diagnose/analyze-alert.ts');
  const analyzed = await analyzeAlert({ cluster, alert: alertOf(request), now: now(), signal }, work);
  return agentAnswer({ request, analyzed, cluster, markdown: renderDiagnosisMarkdown(analyzed.diagnosis) });
}

function alertOf({ alert }: AnalyzeRequest) {
  // Backends written in Go or Python send what they do not know as null.
  const known = Object.fromEntries(Object.entries(alert).filter(([, value]) => value !== null));
  const { alerts, rejected } = readAlerts([known]);
  const [read] = alerts;
  if (read) return read;
  throw new AppError('invalid', `the alert cannot be read: ${rejected[0]?.what ?? 'it is empty'}`);
}
