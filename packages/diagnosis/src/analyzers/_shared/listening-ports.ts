import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Container } from '@headwater/contracts/kube/pod.ts';
import { citeTemplate } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { PodObject } from './pods.ts';
import { citePodSpec } from './pod-spec.ts';

/** One sign that a Pod's program listens on a port, most telling first. */
export interface PortHint {
  readonly port: number;
  readonly protocol: string;
  /** `log`: the program says so. `probe`: the kubelet connects there and the Pod is Ready. */
  readonly source: 'log' | 'probe' | 'declared' | 'env' | 'argument';
  readonly container: string;
  readonly cite: () => Evidence;
}

/** Every sign of the ports a Pod listens on; containers need not declare any, so none proves nothing. */
export function portHints(snapshot: Snapshot, pod: PodObject): readonly PortHint[] {
  const containers = pod.spec?.containers ?? [];
  return [
    ...logHints(snapshot, pod),
    ...containers.flatMap((container) => [
      ...probeHints(snapshot, pod, container),
      ...specHints(snapshot, pod, container),
    ]),
  ];
}

/** Whether any container of a Pod declares a port number, under whatever protocol. */
export function declaresPort(pod: PodObject, port: number): boolean {
  return (pod.spec?.containers ?? []).some(({ ports }) =>
    (ports ?? []).some(({ containerPort }) => containerPort === port),
  );
}

/** The port a line says its program listens on; null for any other line. */
export function listeningPort(line: string): number | null {
  const match = LISTENING.exec(line) ?? LISTENING_ON_NUMBER.exec(line);
  const port = Number(match?.[1]);
  return port >= 1 && port <= 65_535 && !match?.[1]?.startsWith('0') ? port : null;
}

const LISTENING =
  /(?:listen|bound|binding|serving|started|starting|running|accept|ready for connections|initialized with)[^\n]{0,120}?(?:\bport\(?s?\)?["']?\s*[:=]?\s*["']?|(?<=[\]\s*a-z"]|\.\d{1,3}):)(\d{2,5})(?!\d|[.:]\d|[a-z])/i;
const LISTENING_ON_NUMBER = /listen\w*(?: on| at)? (\d{2,5})(?!\d|[.:]\d|[a-z])/i;

function logHints(snapshot: Snapshot, pod: PodObject): PortHint[] {
  const streams = snapshot.logs
    .ofPod(pod.metadata.namespace ?? '', pod.metadata.name)
    .filter(({ previous }) => !previous);
  return streams.flatMap((stream) =>
    stream.templates.flatMap((template): PortHint[] => {
      const port = listeningPort(template.sample.text);
      return port === null
        ? []
        : [
            {
              port,
              protocol: 'TCP',
              source: 'log',
              container: stream.container,
              cite: () => citeTemplate(stream, template),
            },
          ];
    }),
  );
}

const PROBES = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const;

function probeHints(snapshot: Snapshot, pod: PodObject, container: Container): PortHint[] {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container.name);
  // A probe that fails may itself name the wrong port.
  if (status?.ready !== true) return [];
  return PROBES.flatMap((field): PortHint[] => {
    const probe = container[field];
    const written = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
    const port =
      typeof written === 'string'
        ? (container.ports ?? []).find(({ name }) => name === written)?.containerPort
        : written;
    if (!port) return [];
    return [
      {
        port,
        protocol: 'TCP',
        source: 'probe',
        container: container.name,
        cite: () => citePodSpec(snapshot, pod, `spec.containers[name=${container.name}].${field}`),
      },
    ];
  });
}

function specHints(snapshot: Snapshot, pod: PodObject, container: Container): PortHint[] {
  const path = `spec.containers[name=${container.name}]`;
  const declared = (container.ports ?? []).flatMap(({ containerPort, protocol }): PortHint[] =>
    containerPort
      ? [
          {
            port: containerPort,
            protocol: protocol ?? 'TCP',
            source: 'declared',
            container: container.name,
            cite: () => citePodSpec(snapshot, pod, `${path}.ports`),
          },
        ]
      : [],
  );
  const env = (container.env ?? []).flatMap(({ name, value }): PortHint[] => {
    const port = name && value ? ownPort(name, value) : null;
    return port === null
      ? []
      : [
          {
            port,
            protocol: 'TCP',
            source: 'env',
            container: container.name,
            cite: () => citePodSpec(snapshot, pod, `${path}.env[name=${name}].value`),
          },
        ];
  });
  const args = (['command', 'args'] as const).flatMap((field) =>
    (container[field] ?? []).flatMap((text): PortHint[] => {
      const port =
        /(?:port|listen|addr|address|bind)[\w-]*[= ]\S*?(\d{2,5})$/i.exec(text)?.[1] ??
        /^(?:[\d.]*|\[::\]):(\d{2,5})$/.exec(text)?.[1];
      return port
        ? [
            {
              port: Number(port),
              protocol: 'TCP',
              source: 'argument',
              container: container.name,
              cite: () => citePodSpec(snapshot, pod, `${path}.${field}`),
            },
          ]
        : [];
    }),
  );
  return [...declared, ...env, ...args];
}

// `PORT=8080` or `LISTEN_ADDR=:8080` is the program's own; `DB_PORT=5432` is somebody else's.
function ownPort(name: string, value: string): number | null {
  const own =
    /^(?:[A-Z]*_)?(?:SERVER|HTTP|HTTPS|GRPC|APP|LISTEN|BIND|SERVICE)?_?(?:PORT|ADDR|ADDRESS)$/i.test(name) &&
    !/^(?:DB|DATABASE|REDIS|MYSQL|PG|POSTGRES\w*|MONGO\w*|KAFKA|RABBIT\w*|PROXY|REMOTE|TARGET|UPSTREAM)_/i.test(name);
  const port = own ? /^(?:[\d.]*|\[::\]|\*|localhost)?:?(\d{2,5})$/.exec(value)?.[1] : undefined;
  return port ? Number(port) : null;
}
