import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import type { LogStream } from '@headwater/diagnosis/snapshot/input.ts';

interface PodRef {
  readonly name: string;
  readonly containers: readonly string[];
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
      const container = pod.containers.find((name) => name === part) ?? pod.containers[0] ?? 'app';
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
  const [service = key, suffix = 'app'] = key.split('.');
  if (Array.isArray(value)) return [{ service, part: suffix, lines: clean(value.map(String)) }];
  if (typeof value === 'string') return [{ service, part: suffix, lines: clean(value.split('\n')) }];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).map(([part, text]) => ({
    service,
    part,
    lines: clean(Array.isArray(text) ? text.map(String) : String(text ?? '').split('\n')),
  }));
}

// What kubectl said instead of a log is no log line.
function clean(lines: readonly string[]): string[] {
  return lines.filter(
    (line) =>
      line.trim() !== '' &&
      !/^(Error: )?Error from server|is waiting to start|unable to retrieve container logs/.test(line),
  );
}
