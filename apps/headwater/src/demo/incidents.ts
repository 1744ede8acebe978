import { SECOND } from '@headwater/core/time.ts';

/** A recorded incident as the demo tells it; times in milliseconds after the demo's start. */
export interface DemoIncident {
  /** Folder in `recordings/`. */
  readonly recording: string;
  /** Where it happens; every incident has a namespace of its own. */
  readonly namespace: string;
  /** When Prometheus hands its alerts to Alertmanager. */
  readonly firesAt: number;
  /** When somebody repairs it; absent: nobody does. */
  readonly repairedAt?: number;
}

const EVERY = 2.5 * SECOND;

const STORY: readonly Omit<DemoIncident, 'firesAt'>[] = [
  { recording: 'oom-killed', namespace: 'media', repairedAt: 45 * SECOND },
  { recording: 'network-policy-egress', namespace: 'care' },
  { recording: 'image-not-found', namespace: 'streaming', repairedAt: 60 * SECOND },
  { recording: 'hard-cascade', namespace: 'booking-prod' },
  { recording: 'configmap-missing', namespace: 'core-banking' },
  { recording: 'traffic-surge', namespace: 'store-prod' },
  { recording: 'service-missing', namespace: 'freight' },
  { recording: 'readiness-wrong-path', namespace: 'travel' },
  { recording: 'volume-full', namespace: 'bank' },
  { recording: 'version-errors', namespace: 'webshop' },
];

/** What happens in the demo: ten incidents of one cluster, one after the other, two of them repaired while one watches. */
export const DEMO_INCIDENTS: readonly DemoIncident[] = STORY.map((incident, index) => ({
  ...incident,
  firesAt: index * EVERY,
}));
