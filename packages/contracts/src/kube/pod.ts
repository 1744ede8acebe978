import { z } from 'zod';
import {
  bool,
  conditions,
  intOrString,
  kind,
  LabelSelectorShape,
  labels,
  list,
  num,
  obj,
  quantities,
  str,
  strings,
} from './common.ts';

const keyRef = { name: str, key: str, optional: bool };

const probe = obj({
  httpGet: obj({ path: str, port: intOrString, scheme: str, host: str }),
  tcpSocket: obj({ port: intOrString, host: str }),
  grpc: obj({ port: num, service: str }),
  exec: obj({ command: strings }),
  initialDelaySeconds: num,
  periodSeconds: num,
  timeoutSeconds: num,
  failureThreshold: num,
  successThreshold: num,
});
export type Probe = NonNullable<z.infer<typeof probe>>;

const securityContext = {
  runAsUser: num,
  runAsGroup: num,
  runAsNonRoot: bool,
  readOnlyRootFilesystem: bool,
  privileged: bool,
  allowPrivilegeEscalation: bool,
};

const container = z.looseObject({
  name: z.string().default(''),
  image: str,
  imagePullPolicy: str,
  command: strings,
  args: strings,
  workingDir: str,
  restartPolicy: str,
  ports: list({ name: str, containerPort: num, hostPort: num, protocol: str }),
  env: list({
    name: str,
    value: str,
    valueFrom: obj({
      configMapKeyRef: obj(keyRef),
      secretKeyRef: obj(keyRef),
      fieldRef: obj({ fieldPath: str }),
      resourceFieldRef: obj({ resource: str }),
    }),
  }),
  envFrom: list({
    prefix: str,
    configMapRef: obj({ name: str, optional: bool }),
    secretRef: obj({ name: str, optional: bool }),
  }),
  resources: obj({ requests: quantities, limits: quantities }),
  volumeMounts: list({ name: str, mountPath: str, subPath: str, readOnly: bool }),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  securityContext: obj(securityContext),
  lifecycle: obj({ preStop: obj({ exec: obj({ command: strings }) }) }),
});
export type Container = z.infer<typeof container>;

const volume = z.looseObject({
  name: z.string().default(''),
  configMap: obj({ name: str, optional: bool, items: list({ key: str, path: str }) }),
  secret: obj({ secretName: str, optional: bool, items: list({ key: str, path: str }) }),
  persistentVolumeClaim: obj({ claimName: str, readOnly: bool }),
  emptyDir: obj({ medium: str, sizeLimit: z.union([z.string(), z.number()]).nullish() }),
  hostPath: obj({ path: str, type: str }),
  csi: obj({ driver: str }),
  nfs: obj({ server: str, path: str }),
  projected: obj({
    sources: list({
      configMap: obj({ name: str, optional: bool, items: list({ key: str, path: str }) }),
      secret: obj({ name: str, optional: bool, items: list({ key: str, path: str }) }),
      serviceAccountToken: obj({ audience: str, expirationSeconds: num, path: str }),
    }),
  }),
});
export type Volume = z.infer<typeof volume>;

const requirement = { key: str, operator: str, values: strings };
const nodeSelectorTerm = { matchExpressions: list(requirement), matchFields: list(requirement) };
const podAffinityTerm = {
  labelSelector: LabelSelectorShape,
  topologyKey: str,
  namespaces: strings,
  namespaceSelector: LabelSelectorShape,
};
const podAffinity = obj({
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm),
  preferredDuringSchedulingIgnoredDuringExecution: list({ weight: num, podAffinityTerm: obj(podAffinityTerm) }),
});

export const podSpecShape = {
  containers: z.array(container).nullish(),
  initContainers: z.array(container).nullish(),
  ephemeralContainers: z.array(container).nullish(),
  volumes: z.array(volume).nullish(),
  nodeName: str,
  nodeSelector: labels,
  affinity: obj({
    nodeAffinity: obj({
      requiredDuringSchedulingIgnoredDuringExecution: obj({ nodeSelectorTerms: list(nodeSelectorTerm) }),
      preferredDuringSchedulingIgnoredDuringExecution: list({ weight: num, preference: obj(nodeSelectorTerm) }),
    }),
    podAffinity,
    podAntiAffinity: podAffinity,
  }),
  tolerations: list({ key: str, operator: str, value: str, effect: str, tolerationSeconds: num }),
  topologySpreadConstraints: list({
    maxSkew: num,
    topologyKey: str,
    whenUnsatisfiable: str,
    labelSelector: LabelSelectorShape,
    minDomains: num,
  }),
  serviceAccountName: str,
  serviceAccount: str,
  automountServiceAccountToken: bool,
  imagePullSecrets: list({ name: str }),
  restartPolicy: str,
  hostNetwork: bool,
  dnsPolicy: str,
  dnsConfig: obj({ nameservers: strings, searches: strings, options: list({ name: str, value: str }) }),
  hostAliases: list({ ip: str, hostnames: strings }),
  priorityClassName: str,
  priority: num,
  schedulerName: str,
  schedulingGates: list({ name: str }),
  terminationGracePeriodSeconds: num,
  activeDeadlineSeconds: num,
  securityContext: obj({ ...securityContext, fsGroup: num, supplementalGroups: z.array(z.number()).nullish() }),
  readinessGates: list({ conditionType: str }),
  runtimeClassName: str,
};
export const PodSpec = z.looseObject(podSpecShape);
export type PodSpec = z.infer<typeof PodSpec>;

const containerState = obj({
  waiting: obj({ reason: str, message: str }),
  running: obj({ startedAt: str }),
  terminated: obj({ reason: str, message: str, exitCode: num, signal: num, startedAt: str, finishedAt: str }),
});

const containerStatus = z.looseObject({
  name: z.string().default(''),
  ready: bool,
  started: bool,
  restartCount: num,
  image: str,
  imageID: str,
  state: containerState,
  lastState: containerState,
});
export type ContainerStatus = z.infer<typeof containerStatus>;

export const Pod = kind({
  spec: obj(podSpecShape),
  status: obj({
    phase: str,
    reason: str,
    message: str,
    podIP: str,
    hostIP: str,
    startTime: str,
    qosClass: str,
    nominatedNodeName: str,
    conditions,
    containerStatuses: z.array(containerStatus).nullish(),
    initContainerStatuses: z.array(containerStatus).nullish(),
  }),
});
export type Pod = z.infer<typeof Pod>;

/** A pod template as workloads carry it. */
export const podTemplate = obj({
  metadata: obj({ labels, annotations: labels }),
  spec: obj(podSpecShape),
});
export type PodTemplate = NonNullable<z.infer<typeof podTemplate>>;
export type Quantities = z.infer<typeof quantities>;
