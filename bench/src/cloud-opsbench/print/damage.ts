import type { OpsCase } from '../dataset.ts';

/** A way a case may be less than the tools usually give. */
export interface Damage {
  readonly name: string;
  apply(opsCase: OpsCase, random: () => number): OpsCase;
}

type Kubectl = Readonly<Record<string, string>>;

function overKubectl(change: (kubectl: Kubectl, namespace: string) => Kubectl): Damage['apply'] {
  return (opsCase) => ({ ...opsCase, kubectl: change(opsCase.kubectl ?? {}, opsCase.namespace) });
}

function without(pattern: RegExp): Damage['apply'] {
  return overKubectl((kubectl) => Object.fromEntries(Object.entries(kubectl).filter(([line]) => !pattern.test(line))));
}

/** What leaves the deciding part of most faults in place: the answer should still be right. */
export const HARMLESS: readonly Damage[] = [
  { name: 'no replica sets', apply: without(/replicasets/) },
  { name: 'no wide tables', apply: without(/-o wide/) },
  { name: 'no tables', apply: without(/kubectl get/) },
  { name: 'no manifests', apply: (opsCase) => ({ ...opsCase, tools: { ...opsCase.tools, GetAppYAML: {} } }) },
  {
    name: 'singular words',
    apply: overKubectl((kubectl) =>
      Object.fromEntries(
        Object.entries(kubectl).map(([line, text]) => [
          line.replace(/describe (pod|deployment|service|configmap|statefulset)s /, 'describe $1 '),
          text,
        ]),
      ),
    ),
  },
  {
    name: 'errors beside',
    apply: overKubectl((kubectl, namespace) => ({
      ...kubectl,
      [`kubectl get events -n ${namespace}`]: 'No resources found in namespace.',
      [`kubectl describe pods missing -n ${namespace}`]: 'Error from server (NotFound): pods "missing" not found',
      [`kubectl describe nodes other -n ${namespace}`]: 'Error from server (Forbidden): nodes "other" is forbidden',
    })),
  },
  {
    name: 'one text of all Pods',
    apply: overKubectl((kubectl, namespace) => {
      const pods = Object.entries(kubectl).filter(([line]) => line.startsWith('kubectl describe pods '));
      const rest = Object.entries(kubectl).filter(([line]) => !line.startsWith('kubectl describe pods '));
      return {
        ...Object.fromEntries(rest),
        [`kubectl describe pods -n ${namespace}`]: pods.map(([, text]) => text).join('\n\n'),
      };
    }),
  },
];

/** What may take the deciding part away: the reader must only survive it. */
export const HARMFUL: readonly Damage[] = [
  { name: 'no kubectl', apply: (opsCase) => ({ ...opsCase, kubectl: null }) },
  { name: 'no tools', apply: (opsCase) => ({ ...opsCase, tools: {} }) },
  { name: 'no logs', apply: (opsCase) => ({ ...opsCase, logs: null }) },
  { name: 'nothing at all', apply: ({ id, namespace, result }) => ({ id, namespace, result }) as OpsCase },
  {
    name: 'cut texts',
    apply: (opsCase, random) => ({
      ...opsCase,
      kubectl: Object.fromEntries(
        Object.entries(opsCase.kubectl ?? {}).map(([line, text]) => [
          line,
          text.slice(0, Math.floor(text.length * random())),
        ]),
      ),
      metricsCsv: opsCase.metricsCsv?.slice(0, Math.floor(opsCase.metricsCsv.length * random())) ?? null,
    }),
  },
  {
    name: 'shuffled lines',
    apply: (opsCase, random) => ({
      ...opsCase,
      kubectl: Object.fromEntries(
        Object.entries(opsCase.kubectl ?? {}).map(([line, text]) => [
          line,
          text
            .split('\n')
            .sort(() => random() - 0.5)
            .join('\n'),
        ]),
      ),
    }),
  },
  {
    name: 'foreign values',
    apply: (opsCase) =>
      ({
        ...opsCase,
        kubectl: { ...opsCase.kubectl, 'kubectl get pods': null, 'kubectl describe pods x -n y': 7, kubectl: '' },
        tools: {
          ...opsCase.tools,
          GetServiceDependencies: { x: null, '{"service_name":"y"}': [] },
          CheckNodeServiceStatus: { '{': 1 },
        },
        alert: { alerts: [null, 4, { time_range: 'x' }, { type: 'Node', name: 1, evidence: {} }] },
        logs: { a: null, b: 5, 'c.previous': ['x', null], d: { app: null, previous: 3 } },
        metricsCsv: 'time\n\n,,\nx,y',
      }) as unknown as OpsCase,
  },
];
