import type { z } from 'zod';
import {
  bool,
  conditions,
  intOrString,
  kind,
  LabelSelectorShape,
  list,
  num,
  obj,
  objectReference,
  quantities,
  str,
  strings,
} from './common.ts';
import { podTemplate } from './pod.ts';

const replicaStatus = {
  observedGeneration: num,
  replicas: num,
  readyReplicas: num,
  availableReplicas: num,
  unavailableReplicas: num,
  updatedReplicas: num,
  currentReplicas: num,
  currentRevision: str,
  updateRevision: str,
  conditions,
};

export const Deployment = kind({
  spec: obj({
    replicas: num,
    selector: LabelSelectorShape,
    template: podTemplate,
    strategy: obj({ type: str, rollingUpdate: obj({ maxSurge: intOrString, maxUnavailable: intOrString }) }),
    progressDeadlineSeconds: num,
    minReadySeconds: num,
    paused: bool,
  }),
  status: obj(replicaStatus),
});
export type Deployment = z.infer<typeof Deployment>;

export const ReplicaSet = kind({
  spec: obj({ replicas: num, selector: LabelSelectorShape, template: podTemplate }),
  status: obj(replicaStatus),
});
export type ReplicaSet = z.infer<typeof ReplicaSet>;

const claimSpec = {
  accessModes: strings,
  storageClassName: str,
  volumeName: str,
  volumeMode: str,
  selector: LabelSelectorShape,
  resources: obj({ requests: quantities, limits: quantities }),
};

export const StatefulSet = kind({
  spec: obj({
    replicas: num,
    selector: LabelSelectorShape,
    template: podTemplate,
    serviceName: str,
    podManagementPolicy: str,
    updateStrategy: obj({ type: str, rollingUpdate: obj({ partition: num }) }),
    volumeClaimTemplates: list({ metadata: obj({ name: str }), spec: obj(claimSpec) }),
  }),
  status: obj(replicaStatus),
});
export type StatefulSet = z.infer<typeof StatefulSet>;

export const DaemonSet = kind({
  spec: obj({ selector: LabelSelectorShape, template: podTemplate, updateStrategy: obj({ type: str }) }),
  status: obj({
    observedGeneration: num,
    desiredNumberScheduled: num,
    currentNumberScheduled: num,
    numberReady: num,
    numberAvailable: num,
    numberUnavailable: num,
    numberMisscheduled: num,
    updatedNumberScheduled: num,
    conditions,
  }),
});
export type DaemonSet = z.infer<typeof DaemonSet>;

const jobSpec = {
  backoffLimit: num,
  completions: num,
  parallelism: num,
  activeDeadlineSeconds: num,
  suspend: bool,
  selector: LabelSelectorShape,
  template: podTemplate,
  ttlSecondsAfterFinished: num,
};

export const Job = kind({
  spec: obj(jobSpec),
  status: obj({
    active: num,
    succeeded: num,
    failed: num,
    ready: num,
    startTime: str,
    completionTime: str,
    conditions,
  }),
});
export type Job = z.infer<typeof Job>;

export const CronJob = kind({
  spec: obj({
    schedule: str,
    timeZone: str,
    suspend: bool,
    concurrencyPolicy: str,
    startingDeadlineSeconds: num,
    jobTemplate: obj({ spec: obj(jobSpec) }),
  }),
  status: obj({
    lastScheduleTime: str,
    lastSuccessfulTime: str,
    active: list({ kind: str, name: str, namespace: str, uid: str }),
  }),
});
export type CronJob = z.infer<typeof CronJob>;

export const HorizontalPodAutoscaler = kind({
  spec: obj({
    minReplicas: num,
    maxReplicas: num,
    targetCPUUtilizationPercentage: num,
    scaleTargetRef: objectReference,
    metrics: list({
      type: str,
      resource: obj({
        name: str,
        target: obj({ type: str, averageUtilization: num, averageValue: intOrString, value: intOrString }),
      }),
    }),
  }),
  status: obj({ currentReplicas: num, desiredReplicas: num, lastScaleTime: str, conditions }),
});
export type HorizontalPodAutoscaler = z.infer<typeof HorizontalPodAutoscaler>;

export const PodDisruptionBudget = kind({
  spec: obj({ minAvailable: intOrString, maxUnavailable: intOrString, selector: LabelSelectorShape }),
  status: obj({ disruptionsAllowed: num, currentHealthy: num, desiredHealthy: num, expectedPods: num, conditions }),
});
export type PodDisruptionBudget = z.infer<typeof PodDisruptionBudget>;
