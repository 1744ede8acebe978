import type { Json } from './json.ts';

export interface ProbeJson extends Json {
  httpGet?: { path: string; port: number | string; scheme?: string };
  tcpSocket?: { port: number | string };
  grpc?: { port: number; service: string };
  exec?: { command: string[] };
  initialDelaySeconds?: number;
  periodSeconds?: number;
  timeoutSeconds?: number;
  failureThreshold?: number;
  successThreshold?: number;
}

export interface EnvJson extends Json {
  name: string;
  value?: string;
}

export interface ContainerJson extends Json {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  ports?: { name?: string; containerPort: number; protocol: string }[];
  env?: EnvJson[];
  envFrom?: Json[];
  resources: { limits?: Record<string, string>; requests?: Record<string, string> };
  livenessProbe?: ProbeJson;
  readinessProbe?: ProbeJson;
  startupProbe?: ProbeJson;
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[];
}

export interface PodSpecJson extends Json {
  containers: ContainerJson[];
  initContainers?: ContainerJson[];
  volumes?: (Json & { name: string })[];
  nodeSelector?: Record<string, string>;
  tolerations?: Json[];
  serviceAccountName?: string;
}

export interface ContainerOptions {
  readonly image: string;
  readonly port?: number | undefined;
  readonly portName?: string | undefined;
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string | Json>> | undefined;
  readonly envFrom?: readonly Json[] | undefined;
  readonly requests?: Record<string, string> | undefined;
  readonly limits?: Record<string, string> | undefined;
  readonly liveness?: ProbeJson | undefined;
  readonly readiness?: ProbeJson | undefined;
  readonly mounts?: Readonly<Record<string, string>> | undefined;
}

/** A container with the fields an API server defaults. An env value is text, or the `valueFrom` it comes from. */
export function container(name: string, options: ContainerOptions): ContainerJson {
  const { image, port } = options;
  const result: ContainerJson = {
    name,
    image,
    imagePullPolicy: image.endsWith(':latest') ? 'Always' : 'IfNotPresent',
    resources: resourcesOf(options),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  };
  if (options.command) result.command = [...options.command];
  if (options.args) result.args = [...options.args];
  if (port) result.ports = [{ containerPort: port, name: options.portName ?? 'http', protocol: 'TCP' }];
  if (options.env) result.env = Object.entries(options.env).map(([key, value]) => envOf(key, value));
  if (options.envFrom) result.envFrom = [...options.envFrom];
  if (options.liveness) result.livenessProbe = probe(options.liveness);
  if (options.readiness) result.readinessProbe = probe(options.readiness);
  if (options.mounts) {
    result.volumeMounts = Object.entries(options.mounts).map(([volume, mountPath]) => ({ mountPath, name: volume }));
  }
  return result;
}

function resourcesOf({ requests, limits }: ContainerOptions): ContainerJson['resources'] {
  return { ...(limits ? { limits: { ...limits } } : {}), ...(requests ? { requests: { ...requests } } : {}) };
}

function envOf(name: string, value: string | Json): EnvJson {
  return typeof value === 'string' ? { name, value } : { name, valueFrom: value };
}

/** `valueFrom` of an environment variable that a ConfigMap key fills. */
export function fromConfigMap(name: string, key: string): Json {
  return { configMapKeyRef: { key, name } };
}

/** `valueFrom` of an environment variable that a Secret key fills. */
export function fromSecret(name: string, key: string): Json {
  return { secretKeyRef: { key, name } };
}

/** A probe with the fields an API server defaults. */
export function probe(options: ProbeJson): ProbeJson {
  const { httpGet } = options;
  return {
    failureThreshold: 3,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
    ...options,
    ...(httpGet ? { httpGet: { scheme: 'HTTP', ...httpGet } } : {}),
  };
}

/** A pod template's spec with the fields an API server defaults. */
export function podSpec(containers: ContainerJson[], more: Partial<PodSpecJson> = {}): PodSpecJson {
  return {
    containers,
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...more,
  };
}

/** The first container, which carries the application. */
export function mainContainer(spec: PodSpecJson): ContainerJson {
  const [first] = spec.containers;
  if (!first) throw new Error('a pod spec needs a container');
  return first;
}

/** Sets or replaces an environment variable. */
export function setEnv(target: ContainerJson, name: string, value: string | Json): void {
  const others = (target.env ?? []).filter((entry) => entry.name !== name);
  target.env = [...others, envOf(name, value)];
}

/** The tagless name and the tag of an image. */
export function splitImage(image: string): { name: string; tag: string } {
  const colon = image.lastIndexOf(':');
  return { name: image.slice(0, colon), tag: image.slice(colon + 1) };
}
