import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Json, KubeJson } from '@headwater/testkit/world/json.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { EventDraft } from '@headwater/testkit/world/events.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import type { ClaimOptions } from '@headwater/testkit/world/storage.ts';
import type { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { causeIs } from '../../../../recordings/expect.ts';
import type { Scenario } from '../../../../recordings/scenario.ts';
import { claimCauses, claimUser, unboundClaim } from './unbound-claim.ts';

/** How a cluster without a provisioner finds volumes for claims. */
interface Style {
  readonly className: string;
  /** The class exists and binds when a pod asks. */
  readonly waits: boolean;
  readonly event: Pick<EventDraft, 'type' | 'reason' | 'message'>;
}

const STYLES: readonly Style[] = [
  {
    className: 'manual',
    waits: false,
    event: { type: 'Warning', reason: 'ProvisioningFailed', message: 'storageclass.storage.k8s.io "manual" not found' },
  },
  {
    className: '',
    waits: false,
    event: {
      type: 'Normal',
      reason: 'FailedBinding',
      message: 'no persistent volumes available for this claim and no storage class is set',
    },
  },
  {
    className: 'local-storage',
    waits: true,
    event: {
      type: 'Normal',
      reason: 'WaitForFirstConsumer',
      message: 'waiting for first consumer to be created before binding',
    },
  },
];

/** The way of one seed. */
export function staticStyle(scene: Scene): Style {
  return scene.random.pick('static-style', STYLES);
}

export interface StaticVolume {
  readonly size: string;
  readonly modes?: readonly string[];
  readonly labels?: Record<string, string>;
  readonly phase: string;
  readonly claimRef?: Json;
}

/** A volume an administrator made by hand. */
export function staticVolume(scene: Scene, name: string, options: StaticVolume): KubeJson {
  const { className } = staticStyle(scene);
  return object(
    scene,
    { apiVersion: 'v1', kind: 'PersistentVolume', name },
    { ...made(daysBefore(scene, 6)), finalizers: ['kubernetes.io/pv-protection'], labels: options.labels },
    {
      spec: {
        accessModes: options.modes ?? ['ReadWriteOnce'],
        capacity: { storage: options.size },
        claimRef: options.claimRef,
        nfs: { path: `/exports/${name}`, server: 'nas.example' },
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: className,
        volumeMode: 'Filesystem',
      },
      status: { phase: options.phase },
    },
  );
}

export interface StaticMismatch {
  readonly slug: string;
  readonly title: string;
  readonly claim: (scene: Scene) => Omit<ClaimOptions, 'namespace' | 'name' | 'created'>;
  readonly fixed: (scene: Scene) => Omit<ClaimOptions, 'namespace' | 'name' | 'created'>;
  /** Adds the volumes that stand in the cluster while the fault lasts. */
  readonly volumes: (plan: Plan, claim: string) => void;
  readonly events?: (scene: Scene) => readonly Style['event'][];
  readonly expected: (scene: Scene) => Pick<ExpectedDiagnosis, 'category' | 'keywords' | 'not'>;
}

/** A claim that no hand-made volume serves. */
export function staticMismatch(options: StaticMismatch): Scenario {
  return {
    slug: options.slug,
    title: options.title,
    families: ['storage'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['queue'] });
      const { className, waits, event } = staticStyle(scene);
      const claim = { ...options.claim(scene), className };
      const user = claimUser(plan, app, { size: claim.size, className });
      if (waits) plan.objects.push(localClass(scene));
      if (!scene.repaired) options.volumes(plan, user.claim);
      unboundClaim(plan, {
        user,
        claim,
        fixed: { ...options.fixed(scene), className },
        events: options.events?.(scene) ?? [event],
        ...(waits ? { why: waitingWords(plan) } : {}),
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({ causes: [...claimCauses(scene), { kind: 'PersistentVolume' }], ...options.expected(scene) }),
  };
}

function waitingWords(plan: Plan): string {
  const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane).length;
  const tainted = plan.nodes.length - workers;
  const taint =
    tainted > 0 ? `${tainted} node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, ` : '';
  return `${taint}${workers} node(s) didn't find available persistent volumes to bind.`;
}

function localClass(scene: Scene): KubeJson {
  return object(
    scene,
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name: 'local-storage' },
    { created: daysBefore(scene, 90) },
    {
      provisioner: 'kubernetes.io/no-provisioner',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
    },
  );
}
