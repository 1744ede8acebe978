import type { Alert } from '../../snapshot/input.ts';

/** In what way a component is not as it should be; what travels along an edge is one of these. */
export const MODES = ['changed', 'down', 'errors', 'latency', 'saturated', 'surge', 'starved'] as const;
export type Mode = (typeof MODES)[number];

// The many spellings of "nobody calls me": NoRequestsReceived, NoDatabaseOperations, AbsentTraffic, ConsumerGroupInactive.
const STARVED =
  /(?:no|zero|absent|missing)[_-]?\w*(?:requests?|operations?|traffic|invocations?|calls|messages|transactions)|(?:requests?|traffic)[_-]?(?:dropped|absent|missing)|inactive/i;
const WORDS: readonly (readonly [RegExp, readonly Mode[]])[] = [
  [/latency|slow|duration|response.?time|apdex/i, ['latency']],
  [/budget|burn|slo(?![a-z])|availability/i, ['errors', 'latency', 'down']],
  [/error|5xx|failure|failing.?requests|success.?r|closure|timeouts?/i, ['errors']],
  [/lag|backlog|queue/i, ['latency', 'saturated', 'starved', 'surge']],
  [/throttl|cpu|memory|saturat|usage|pressure|filling|disk|conntrack/i, ['saturated']],
  [
    /notready|not.?ready|crash|waiting|mismatch|unavailable|stuck|down|failed|notcompleted|pending|oom|evict|unreachable|absent/i,
    ['down'],
  ],
];

/** What an alert's name says is wrong with its subject; every mode when it says nothing we know. */
export function modesOfAlert({ labels }: Alert): readonly Mode[] {
  const name = labels['alertname'] ?? '';
  if (isStarvationAlert(name)) return ['starved'];
  return WORDS.find(([words]) => words.test(name))?.[1] ?? MODES;
}

/** Whether an alert says that somebody gets no work any more. */
export function isStarvationAlert(name: string): boolean {
  return STARVED.test(name);
}
