import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import type { OpsCase } from './dataset.ts';

type Answers = Readonly<Record<string, unknown>>;

/** `systemctl status` answers as node exporter's unit metric: 1 when the unit is active. */
export function nodeServiceSeries(answers: Answers | undefined, now: number): Series[] {
  return Object.entries(answers ?? {}).flatMap(([argument, answer]) => {
    const { node_name: node, service_name: service } = parseArgument(argument);
    const active = /Active:\s+(\w+)/.exec(String(answer))?.[1];
    if (!node || !service || !active) return [];
    const labels = { __name__: 'node_systemd_unit_state', node, name: `${service}.service`, state: 'active' };
    return [{ labels, samples: [[now, active === 'active' ? 1 : 0]] as const }];
  });
}

/** Connection attempts as a blackbox exporter's `probe_success`. */
export function connectivitySeries(answers: Answers | undefined, namespace: string, now: number): Series[] {
  return Object.entries(answers ?? {}).flatMap(([argument, answer]) => {
    const { service_name: service, port } = parseArgument(argument);
    if (!service || !port) return [];
    const target = `${service}.${namespace}.svc:${port}`;
    return [
      {
        labels: { __name__: 'probe_success', namespace, service, target },
        samples: [[now, /succeeded|\bopen\b/i.test(String(answer)) ? 1 : 0]] as const,
      },
    ];
  });
}

/** The drawn dependency trees as a tracing back end's service graph: one series per caller and callee. */
export function serviceGraphSeries(tools: OpsCase['tools'], namespace: string, now: number): Series[] {
  const edges = new Set<string>();
  for (const answer of Object.values(tools['GetServiceDependencies'] ?? {})) {
    const text = String(answer);
    const self = /\[Service\]:\s*(\S+)/.exec(text)?.[1];
    const upstream = /\[Upstream[^\]]*\]:\s*(.*)/.exec(text)?.[1] ?? '';
    for (const caller of upstream.split(',').map((name) => name.trim()))
      if (self && /^[a-z0-9][\w.-]*$/.test(caller)) edges.add(`${caller} ${self}`);
    for (const edge of treeEdges(text.split(/\[Downstream[^\]]*\]:/)[1] ?? '')) edges.add(edge);
  }
  return [...edges].sort().map((edge) => {
    const [client = '', server = ''] = edge.split(' ');
    return {
      labels: { __name__: 'traces_service_graph_request_total', client, server, namespace },
      samples: [[now, 1]] as const,
    };
  });
}

// Four columns per level: `│   └── name  <-- (Database)`.
function treeEdges(tree: string): string[] {
  const path: string[] = [];
  const edges: string[] = [];
  for (const line of tree.split('\n')) {
    const match = /^([\s│├└─]*)([a-z0-9][\w.-]*)/.exec(line);
    if (!match?.[2]) continue;
    const depth = Math.floor((match[1] ?? '').length / 4);
    path.length = depth;
    path.push(match[2]);
    const parent = path[depth - 1];
    if (parent) edges.push(`${parent} ${match[2]}`);
  }
  return edges;
}

function parseArgument(text: string): Readonly<Record<string, string>> {
  const named: Record<string, string> = {};
  try {
    const argument = JSON.parse(text) as Record<string, unknown>;
    for (const name in argument) named[name] = String(argument[name]);
  } catch {
    // What is no JSON names nothing.
  }
  return named;
}
