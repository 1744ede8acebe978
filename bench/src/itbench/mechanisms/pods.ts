import { container, mainContainer, type PodSpecJson, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { initHanging } from '@headwater/testkit/world/pod-states/init.ts';
import { unschedulable } from '@headwater/testkit/world/pod-states/pending.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { allPods, rollOut, scaleTo } from '@headwater/testkit/world/workload.ts';
import type { Component } from '../applications/application.ts';
import type { Stage } from '../stage.ts';
import { type Case, groupOf, type Mechanism, says } from './mechanism.ts';

interface Breaking {
  readonly edit?: (spec: PodSpecJson, component: Component) => void;
  readonly state: (component: Component, stage: Stage) => PodState;
}

/** Rolls out a template none of whose Pods serve. */
export function breakWorkload(input: Case, breaking: Breaking): void {
  const { stage, named } = input;
  const [component] = named;
  if (!component) return;
  const workload = stage.workload(component);
  rollOut(workload, { at: stage.at, manager: 'kubectl-edit', spec: (spec) => breaking.edit?.(spec, component) });
  allPods(workload, breaking.state(component, stage));
  stage.victims.add(component.name);
  stage.unreachable.add(component.name);
}

function broken(name: string, words: RegExp, breaking: Breaking): Mechanism {
  return { name, fits: (input) => says(input, words), apply: (input) => breakWorkload(input, breaking) };
}

/** Ways in which a Pod does not start, does not stay or is not sent traffic. */
export const POD_MECHANISMS: readonly Mechanism[] = [
  broken('wrong-architecture', /architectur/, {
    edit: (spec) => {
      mainContainer(spec).image = `${mainContainer(spec).image}-arm64`;
    },
    state: () =>
      pullFailing({
        code: 'NotFound',
        error: 'failed to pull and unpack image "{image}": no match for platform in manifest: not found',
      }),
  }),
  broken('wrong-image', /image/, {
    edit: (spec) => {
      mainContainer(spec).image = `${mainContainer(spec).image}-missing`;
    },
    state: () =>
      pullFailing({
        code: 'NotFound',
        error: 'failed to pull and unpack image "{image}": failed to resolve reference "{image}": {image}: not found',
      }),
  }),
  broken('init-container', /init.?container.*(?:stuck|hang|sleep|loop)|hang\w*.{0,20}init/, {
    edit: (spec) => {
      spec.initContainers = [
        container('wait', { image: 'busybox:1.37', command: ['sh', '-c', 'while true; do sleep 10; done'] }),
      ];
    },
    state: () => initHanging({ says: ['waiting'], everySeconds: 600 }),
  }),
  broken('node-selector', /node.?selector|nonexistent.node|node.?affinity|node.?name/, {
    edit: (spec) => {
      spec.nodeSelector = { 'kubernetes.io/hostname': 'no-such-node' };
    },
    state: (_component, stage) =>
      unschedulable({
        nodes: stage.plan.nodes.length,
        why: `${stage.plan.nodes.length} node(s) didn't match Pod's node affinity/selector.`,
      }),
  }),
  broken('anti-affinity', /affinity/, {
    edit: (spec, { name }) => {
      const term = {
        labelSelector: { matchLabels: { 'app.kubernetes.io/component': name } },
        topologyKey: 'topology.kubernetes.io/region',
      };
      spec['affinity'] = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    },
    state: (_component, stage) =>
      unschedulable({
        nodes: stage.plan.nodes.length,
        why: `${stage.plan.nodes.length} node(s) didn't match pod anti-affinity rules.`,
      }),
  }),
  broken('cordon', /cordon|taint/, {
    state: (_component, stage) =>
      unschedulable({ nodes: stage.plan.nodes.length, why: `${stage.plan.nodes.length} node(s) were unschedulable.` }),
  }),
  broken('probe', /readiness|liveness|probe/, {
    edit: (spec) => {
      mainContainer(spec).readinessProbe = { tcpSocket: { port: 40 }, periodSeconds: 10, failureThreshold: 3 };
    },
    state: () => notReady({ probe: 'dial tcp {ip}:40: connect: connection refused' }),
  }),
  broken('command', /command|entrypoint/, {
    edit: (spec) => {
      mainContainer(spec).command = ['/bin/no-such-command'];
    },
    state: () =>
      crashLooping({
        exitCode: 127,
        ran: 0,
        reason: 'StartError',
        message:
          'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/bin/no-such-command": stat /bin/no-such-command: no such file or directory: unknown',
        startError:
          'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/bin/no-such-command": stat /bin/no-such-command: no such file or directory: unknown',
      }),
  }),
  {
    name: 'out-of-memory',
    fits: (input) => says(input, /oom|memory/),
    apply: (input) => {
      const unlimited = says(input, /no (?:resource )?limits|without (?:resource )?limits/);
      breakWorkload(input, {
        edit: (spec) => {
          mainContainer(spec).resources = unlimited ? {} : { requests: { memory: '20Mi' }, limits: { memory: '20Mi' } };
        },
        state: () => crashLooping({ exitCode: 137, reason: 'OOMKilled', signal: 9, ran: 40 }),
      });
      for (const { name } of input.named.slice(0, 1)) input.stage.saturated.set(name, 'memory');
    },
  },
  broken('too-small', /insufficient|too (?:small|large)|resource request/, {
    edit: (spec) => {
      mainContainer(spec).resources = { requests: { cpu: '64', memory: '160Mi' } };
    },
    state: (_component, stage) =>
      unschedulable({ nodes: stage.plan.nodes.length, why: `${stage.plan.nodes.length} Insufficient cpu.` }),
  }),
  {
    name: 'zero-replicas',
    fits: (input) => says(input, /scaled? (?:down )?to (?:zero|0)|zero replicas|0 replicas|no replicas/),
    apply: ({ stage, named }) => {
      const [component] = named;
      if (!component) return;
      scaleTo(stage.workload(component), { from: 1, to: 0, at: stage.at, manager: 'kubectl-scale' });
      stage.victims.add(component.name);
      stage.unreachable.add(component.name);
    },
  },
  {
    name: 'missing-claim',
    fits: (input) => says(input, /persistentvolumeclaim|\bpvc\b|storage ?class/),
    apply: (input) => {
      const group = groupOf(input, /^PersistentVolumeClaim$/);
      const claim = group ? input.stage.cast.nameOf(group) : 'data';
      breakWorkload(input, {
        edit: (spec) => {
          spec.volumes = [...(spec.volumes ?? []), { name: 'data', persistentVolumeClaim: { claimName: claim } }];
          mainContainer(spec).volumeMounts = [{ name: 'data', mountPath: '/data' }];
        },
        state: (_component, { plan }) =>
          unschedulable({ nodes: plan.nodes.length, why: `persistentvolumeclaim "${claim}" not found.` }),
      });
    },
  },
  {
    name: 'environment',
    fits: (input) => says(input, /environment|env(?:ironment)? ?var|wrong (?:address|host|port)/),
    apply: ({ stage, named }) => {
      const [component] = named;
      if (!component) return;
      const [key] = Object.keys(component.calls);
      rollOut(stage.workload(component), {
        at: stage.at,
        manager: 'kubectl-edit',
        spec: (spec) => {
          setEnv(mainContainer(spec), key ?? 'PORT', key ? 'no-such-host:8080' : '1');
        },
      });
      stage.victims.add(component.name);
      if (key) stage.complaints.set(component.name, ['dial tcp: lookup no-such-host on 10.96.0.10:53: no such host']);
    },
  },
];

// Whatever the mechanism, what the alerts say of the Pods is so.
function toldState({ stage }: Case, component: Component): PodState | null {
  const names = stage.truth.alerts.flatMap(({ name, group: id }) => {
    const group = stage.truth.groups.find((candidate) => candidate.id === id);
    return group && stage.cast.componentOf(group) === component ? [name] : [];
  });
  if (names.some((name) => /CrashLoop/.test(name))) return crashLooping({ exitCode: 1, ran: 5 });
  if (names.some((name) => /^Kube(?:Pod|Container|Deployment)/.test(name)))
    return notReady({ probe: `dial tcp {ip}:${component.port ?? 80}: connect: connection refused` });
  return null;
}

/** A change of a workload that no mechanism is known for: visible, and it keeps running. */
export function changeVisibly(input: Case): void {
  const { stage, named } = input;
  const [component] = named;
  if (!component) return;
  const told = toldState(input, component);
  if (told) {
    breakWorkload(input, { edit: (spec) => setEnv(mainContainer(spec), 'TUNING', 'changed'), state: () => told });
    return;
  }
  rollOut(stage.workload(component), {
    at: stage.at,
    manager: 'kubectl-edit',
    spec: (spec) => {
      setEnv(mainContainer(spec), 'TUNING', 'changed');
    },
  });
  allPods(stage.workload(component), running());
  stage.victims.add(component.name);
  const calledBySomebody = stage.cast.application.components.some(({ calls }) =>
    Object.values(calls).includes(component.name),
  );
  // Whom nobody calls can only harm others by calling them more.
  if (!calledBySomebody) stage.surging.add(component.name);
}
