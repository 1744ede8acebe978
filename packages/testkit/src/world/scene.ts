import { DAY, formatTime, MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import { type Cast, castOf } from './names.ts';
import { createRandom, type Random } from './random.ts';

/** What one seed decides before any object exists: names, clock, cluster. */
export interface Scene {
  readonly slug: string;
  readonly seed: number;
  readonly random: Random;
  readonly cast: Cast;
  /** True in the twin where the fault has been repaired. */
  readonly repaired: boolean;
  /** When somebody looks at the faulty world. */
  readonly zero: Millis;
  /** The recording's clock: `zero`, or some minutes after the repair. */
  readonly now: Millis;
  /** In the twin: so soon after the repair that the alerts have not been resolved yet. */
  readonly lingering: boolean;
  /** When the repair happened, or would have. */
  readonly repairedAt: Millis;
  readonly cluster: ClusterProfile;
  /** The time so many minutes (and seconds) before `zero`. */
  before(minutes: number, seconds?: number): Millis;
  /** As `before`, moved by up to a tenth so that seeds differ. */
  around(key: string, minutes: number): Millis;
}

export interface ClusterProfile {
  readonly name: string;
  readonly uid: string;
  readonly version: string;
  /** Whether control-plane nodes and their static pods can be seen. */
  readonly selfManaged: boolean;
  readonly cni: 'calico' | 'cilium' | 'flannel';
  /** Which API group the recorded Events carry. */
  readonly eventsApi: 'v1' | 'events.k8s.io/v1';
  readonly nodeCount: number;
  /** The first two octets of pod addresses. */
  readonly podNetwork: string;
  readonly serviceNetwork: string;
  readonly labelStyle: 'app' | 'recommended' | 'k8s-app';
}

export interface SceneOptions {
  readonly repaired?: boolean;
  /** Decides what a scenario cannot leave to the seed, such as a visible control plane. */
  readonly cluster?: Partial<ClusterProfile>;
  /** When somebody looks at the faulty world, so that several worlds can be of one moment. */
  readonly zero?: Millis;
}

const EPOCH = Date.UTC(2026, 1, 2, 0, 0, 0);

/** Makes the scene of one scenario and seed; the repaired twin shares every choice with the faulty one. */
export function createScene(slug: string, seed: number, options: SceneOptions = {}): Scene {
  const random = createRandom(`${slug}#${seed}`);
  const repaired = options.repaired ?? false;
  const zero = options.zero ?? EPOCH + random.int('day', 0, 60) * DAY + random.int('time', 0, 86_399) * SECOND;
  const repairedAt = zero + random.int('repair', 180, 480) * SECOND;
  const lingering = repaired && random.chance('alert-lingers', 0.35);
  // Rates look back five minutes and Alertmanager tells of a resolution at its next group interval, five minutes more.
  const settled = lingering ? random.int('settled', 400, 560) : random.int('settled', 780, 1_320);
  const now = repaired ? repairedAt + settled * SECOND : zero;
  const before = (minutes: number, seconds = 0): Millis => zero - minutes * MINUTE - seconds * SECOND;
  return {
    slug,
    seed,
    random,
    cast: castOf(random),
    repaired,
    zero,
    now,
    lingering,
    repairedAt,
    cluster: { ...clusterOf(random, seed), ...options.cluster },
    before,
    around: (key, minutes) =>
      before(0) - Math.round((minutes * MINUTE * random.number(`around/${key}`, 0.9, 1.1)) / SECOND) * SECOND,
  };
}

// Seed 0 is committed, so its cluster is the smallest that is still true to life.
function clusterOf(random: Random, seed: number): ClusterProfile {
  return {
    name: `${random.pick('stage', ['prod', 'live', 'staging'])}-${random.pick('region', ['eu', 'us-east', 'ap', 'nordics'])}`,
    uid: random.uuid('cluster'),
    version: random.pick('version', ['v1.31.9', 'v1.32.6', 'v1.33.4', 'v1.34.1']),
    selfManaged: seed > 0 && random.chance('self-managed', 0.4),
    cni: random.pick('cni', ['calico', 'cilium', 'flannel'] as const),
    eventsApi: random.chance('events-api', 0.25) ? 'events.k8s.io/v1' : 'v1',
    nodeCount: seed === 0 ? 2 : random.int('node-count', 2, 4),
    podNetwork: random.pick('pod-network', ['10.244', '10.42', '192.168', '100.64']),
    serviceNetwork: random.pick('service-network', ['10.96', '172.20', '10.43']),
    labelStyle: random.pick('label-style', ['app', 'recommended', 'k8s-app'] as const),
  };
}

/** RFC 3339 to the second, as metav1.Time prints. */
export function stamp(time: Millis): string {
  return formatTime(Math.floor(time / SECOND) * SECOND);
}

/** RFC 3339 with microseconds, as metav1.MicroTime prints. */
export function microStamp(time: Millis, random: Random, key: string): string {
  return `${stamp(time).slice(0, -1)}.${String(random.int(`micro/${key}`, 0, 999_999)).padStart(6, '0')}Z`;
}

/** Days before the scene's zero, for things that have been there for long. */
export function daysBefore(scene: Scene, days: number): Millis {
  return scene.zero - days * DAY;
}
