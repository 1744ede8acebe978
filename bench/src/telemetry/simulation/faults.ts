/** What is injected into one service. */
export const SIMULATED = ['cpu', 'memory', 'delay', 'loss', 'exception', 'return-error'] as const;
export type Simulated = (typeof SIMULATED)[number];

/** What a service is like at a moment. */
export interface State {
  /** Multiplies its own time. */
  readonly slower: number;
  /** Milliseconds every message from or to it is late. */
  readonly late: number;
  /** The part of messages that is lost and sent again. */
  readonly lost: number;
  /** The part of requests it fails. */
  readonly fails: number;
  /** Whether it logs why it fails. */
  readonly logs: boolean;
  /** Cores more. */
  readonly cpu: number;
  /** Bytes more. */
  readonly memory: number;
}

export const HEALTHY: State = { slower: 1, late: 0, lost: 0, fails: 0, logs: false, cpu: 0, memory: 0 };

/** The state of the faulty service, `seconds` after the injection; `strength` from 0 to 1. */
export function faulty(fault: Simulated, strength: number, seconds: number): State {
  switch (fault) {
    case 'cpu':
      return { ...HEALTHY, slower: 1.5 + 3 * strength, cpu: 0.3 + 0.7 * strength };
    case 'memory':
      return { ...HEALTHY, slower: 1.15, memory: (2 + 6 * strength) * 1e5 * seconds, cpu: 0.02 };
    case 'delay':
      return { ...HEALTHY, late: 20 + 280 * strength };
    case 'loss':
      return { ...HEALTHY, lost: 0.08 + 0.25 * strength };
    case 'exception':
      return { ...HEALTHY, fails: 0.3 + 0.6 * strength, logs: true };
    case 'return-error':
      return { ...HEALTHY, fails: 0.3 + 0.6 * strength };
  }
}
