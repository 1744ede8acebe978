import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import type { LogStream } from '@headwater/diagnosis/snapshot/input.ts';

interface PodRef {
  readonly name: string;
  readonly containers: readonly string[];
}

/** The logs of a case; of services whose log is missing, the samples that its error summary holds. */
export function caseLogs(logs: unknown, summaries: Readonly<Record<string, unknown>> | undefined): unknown {
  const given: Record<string, unknown> = logs !== null && typeof logs === 'object' ? { ...logs } : {};
  const spoken = new Set(Object.keys(given).map((key) => key.split('.')[0] ?? key));
  for (const [argument, summary] of Object.entries(summaries ?? {})) {
    const service = /"service_name"\s*:\s*"([^"]+)"/.exec(argument)?.[1];
    if (!service || spoken.has(service)) continue;
    const lines = samplesOf(summary);
    if (lines !== null) given[service] = lines;
  }
  return given;
}

const MOST_REPEATS = 10;

/** The samples of an error summary, each as often as it was counted, up to some times; by part where it has parts. */
function samplesOf(summary: unknown): unknown {
  const value = typeof summary === 'string' ? parsed(summary) : summary;
  if (value === null || typeof value !== 'object') return null;
  const { patterns } = value as { patterns?: unknown };
  if (Array.isArray(patterns))
    return patterns.flatMap((pattern: { sample?: unknown; count?: unknown } | null) =>
      typeof pattern?.sample === 'string' && pattern.sample !== ''
        ? Array.from({ length: Math.min(MOST_REPEATS, Math.max(1, Number(pattern.count) || 1)) }, () =>
            String(pattern.sample).split('\n'),
          ).flat()
        : [],
    );
  const parts = Object.entries(value).flatMap(([part, inner]) => {
    const lines = /^total_|_ratio$|_count$/.test(part) ? null : samplesOf(inner);
    return lines === null ? [] : [[part, lines] as const];
  });
  return parts.length > 0 ? Object.fromEntries(parts) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/**
 * Logs by service: lists of lines or one text; keys may end in `.previous` or name a sidecar (`svc.istio-proxy`), values may hold
 * `{app, previous}`. `podOf` gives the Pod that wrote them.
 */
export function parseLogs(
  logs: unknown,
  namespace: string,
  podOf: (service: string) => PodRef | undefined,
): LogStream[] {
  if (logs === null || typeof logs !== 'object') return [];
  return Object.entries(logs).flatMap(([key, value]) =>
    streamsOf(key, value).flatMap(({ service, part, lines }) => {
      const pod = podOf(service);
      if (!pod || lines.length === 0) return [];
      const previous = part === 'previous';
      const main = pod.containers.find((name) => !/^(?:istio-proxy|linkerd-proxy|envoy)$/.test(name));
      const container = pod.containers.find((name) => name === part) ?? main ?? pod.containers[0] ?? 'app';
      const digester = new LogDigester({ namespace, pod: pod.name, container, previous });
      for (const line of lines) digester.push(line);
      return [digester.finish()];
    }),
  );
}

interface Part {
  readonly service: string;
  readonly part: string;
  readonly lines: readonly string[];
}

function streamsOf(key: string, value: unknown): Part[] {
  const [service = key, suffix = 'app'] = key.split(/[./]/);
  if (Array.isArray(value)) return [{ service, part: suffix, lines: clean(value.map(String)) }];
  if (typeof value === 'string') return [{ service, part: suffix, lines: clean(value.split('\n')) }];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).map(([part, text]) => ({
    service,
    part,
    lines: clean(Array.isArray(text) ? text.map(String) : String(text ?? '').split('\n')),
  }));
}

function clean(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith('{') || (line.trim() !== '' && !isRefusal(line)));
}

// What kubectl said instead of a log is no log line.
function isRefusal(line: string): boolean {
  return (
    /^(?:Error: )?Error from server/.test(line) ||
    line.includes('is waiting to start') ||
    line.includes('unable to retrieve container logs')
  );
}
