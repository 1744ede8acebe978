import type { Container, Probe } from '@headwater/contracts/kube/pod.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';
export const PROBE_KINDS: readonly ProbeKind[] = ['liveness', 'readiness', 'startup'];

export type Handler = 'http' | 'tcp' | 'grpc' | 'exec';

/** The probe of a kind a container has. */
export function probeOf(container: Container | undefined, kind: ProbeKind): Probe | undefined {
  return container?.[`${kind}Probe`] ?? undefined;
}

/** How a probe asks; null when it has no handler that was read. */
export function handlerOf(probe: Probe): Handler | null {
  if (probe.httpGet) return 'http';
  if (probe.tcpSocket) return 'tcp';
  if (probe.grpc) return 'grpc';
  return probe.exec ? 'exec' : null;
}

/** The port a probe names, as written. */
export function writtenPort(probe: Probe): string | number | null {
  return probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port ?? null;
}

/** The port number a probe asks; null when it asks none or names a port the container does not declare. */
export function portOf(probe: Probe, container: Container | undefined): number | null {
  const written = writtenPort(probe);
  if (written === null) return null;
  const number = Number(written);
  if (Number.isInteger(number)) return number;
  return container?.ports?.find(({ name }) => name === written)?.containerPort ?? null;
}

/** The ports a container declares, in its order. */
export function declaredPorts(container: Container | undefined): readonly number[] {
  return (container?.ports ?? []).flatMap(({ containerPort }) =>
    typeof containerPort === 'number' ? [containerPort] : [],
  );
}

/** Seconds a container has from its start until the probe gives up on it, by the kubelet's defaults where unset. */
export function patience(probe: Probe): number {
  return (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3);
}
