import { Agent, request } from 'undici';
import type { Clock } from '../time.ts';
import {
  afterFlush,
  type AlertGroup,
  flushReason,
  groupKey,
  groupLabels,
  type SentAlert,
  webhookBody,
} from './group.ts';

export interface SenderOptions {
  /** The webhook; one `http://` or `https://` URL. */
  readonly url: string;
  readonly bearerToken?: string | undefined;
  readonly clock: Clock;
  readonly groupBy: readonly string[];
  /** Milliseconds, as `group_wait`, `group_interval` and `repeat_interval` of a route. */
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
  readonly receiver?: string | undefined;
  readonly onDelivery?: ((delivery: Delivery) => void) | undefined;
}

export interface Delivery {
  readonly groupKey: string;
  readonly alerts: number;
  readonly attempts: number;
  /** The last status; null when no answer came. */
  readonly status: number | null;
  readonly delivered: boolean;
}

export interface AlertSender {
  /** Takes alerts as Prometheus posts them: firing ones, and resolved ones with their end. */
  post(alerts: readonly SentAlert[]): void;
  /** Stops all groups; what was not delivered is not sent any more. */
  stop(): Promise<void>;
}

// The back-off library Alertmanager uses: half a second, growing by half, at most a minute.
const FIRST_WAIT = 500;
const GROWTH = 1.5;
const LONGEST_WAIT = 60_000;
const SHORTEST_BUDGET = 10_000;

/** Sends alerts as Alertmanager does: grouped, delayed, repeated, retried on 5xx and silence, given up on any other refusal. */
export function startAlertSender(options: SenderOptions): AlertSender {
  const stopping = new AbortController();
  const agent = new Agent({ connections: 8 });
  const groups = new Map<string, AlertGroup>();
  const running = new Map<string, Promise<void>>();
  const context: Running = { options, agent, groups, signal: stopping.signal };
  return {
    post(alerts) {
      for (const alert of alerts) {
        const labels = groupLabels(alert, options.groupBy);
        const key = groupKey(labels);
        const group = groups.get(key) ?? { key, labels, alerts: new Map(), told: null };
        groups.set(key, { ...group, alerts: new Map([...group.alerts, [alert.fingerprint, alert]]) });
        if (!running.has(key)) running.set(key, runGroup(context, key));
      }
    },
    async stop() {
      stopping.abort();
      await Promise.all(running.values());
      await agent.destroy();
    },
  };
}

interface Running {
  readonly options: SenderOptions;
  readonly agent: Agent;
  readonly groups: Map<string, AlertGroup>;
  readonly signal: AbortSignal;
}

async function runGroup(context: Running, key: string): Promise<void> {
  const { options, signal } = context;
  await options.clock.wait(options.groupWait, signal);
  while (!signal.aborted) {
    await flush(context, key);
    await options.clock.wait(options.groupInterval, signal);
  }
}

async function flush(context: Running, key: string): Promise<void> {
  const { options, groups } = context;
  const group = groups.get(key);
  const now = options.clock.now();
  const reason = group && flushReason(group, now, options.repeatInterval);
  if (!group || !reason) return;
  const externalURL = 'http://alertmanager.monitoring.svc:9093';
  const body = webhookBody(group, { now, receiver: options.receiver ?? 'headwater', externalURL, reason });
  const delivery = await deliver(context, JSON.stringify(body));
  options.onDelivery?.({ groupKey: key, alerts: group.alerts.size, ...delivery });
  if (!delivery.delivered) return;
  // Alerts posted while the answer was awaited belong to the next flush.
  const fresh = [...(groups.get(key)?.alerts ?? [])].filter(([id, alert]) => group.alerts.get(id) !== alert);
  const told = afterFlush(group, now);
  groups.set(key, { ...told, alerts: new Map([...told.alerts, ...fresh]) });
}

async function deliver(
  { options, agent, signal }: Running,
  body: string,
): Promise<{ attempts: number; status: number | null; delivered: boolean }> {
  const deadline = options.clock.now() + Math.max(SHORTEST_BUDGET, options.groupInterval);
  let wait = FIRST_WAIT;
  let status: number | null = null;
  for (let attempts = 1; ; attempts++) {
    status = await post({ ...options, agent, body, signal });
    if (status !== null && status >= 200 && status < 300) return { attempts, status, delivered: true };
    // Everything but a server error is final for this flush, 429 included.
    const final = status !== null && status < 500;
    if (final || signal.aborted || options.clock.now() + wait > deadline) return { attempts, status, delivered: false };
    await options.clock.wait(wait, signal);
    wait = Math.min(wait * GROWTH, LONGEST_WAIT);
  }
}

interface Post {
  readonly url: string;
  readonly bearerToken?: string | undefined;
  readonly agent: Agent;
  readonly body: string;
  readonly signal: AbortSignal;
}

async function post({ url, bearerToken, agent, body, signal }: Post): Promise<number | null> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.34.0' };
  if (bearerToken) headers['authorization'] = `Bearer ${bearerToken}`;
  try {
    const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent, signal });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return null;
  }
}
