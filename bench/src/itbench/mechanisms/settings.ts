import { configMap, secret } from '@headwater/testkit/world/objects.ts';
import { container, fromSecret, mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { initCrashing } from '@headwater/testkit/world/pod-states/init.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { allPods, rollOut } from '@headwater/testkit/world/workload.ts';
import type { Component } from '../applications/application.ts';
import { type Case, groupOf, type Mechanism, ownerOf, says } from './mechanism.ts';
import { replaceObject } from './flags.ts';
import { breakWorkload } from './pods.ts';

// A server that asks for another password refuses those who know the former one.
function changePassword({ stage }: Case, component: Component): void {
  const workload = stage.workload(component);
  rollOut(workload, {
    at: stage.at,
    manager: 'kubectl-edit',
    spec: (spec) => {
      setEnv(mainContainer(spec), 'PASSWORD', 'changed');
    },
  });
  allPods(workload, running());
  stage.victims.add(component.name);
  for (const { name, calls } of stage.cast.application.components)
    if (Object.values(calls).includes(component.name)) stage.complaints.set(name, [refusalOf(component)]);
}

// The words of the server's own client libraries.
function refusalOf({ name, image, port }: Component): string {
  if (/postgres/.test(image)) return 'FATAL: password authentication failed for user "app" (SQLSTATE 28P01)';
  if (/mysql|mariadb/.test(image))
    return "Error 1045 (28000): Access denied for user 'app'@'10.244.1.9' (using password: YES)";
  if (/mongo/.test(image)) return 'MongoServerError: Authentication failed.';
  if (/redis|valkey/.test(image))
    return `could not connect to ${name}:${port ?? 6379}: WRONGPASS invalid username-password pair or user is disabled.`;
  return `${name}: authentication failed: invalid username-password pair or user is disabled`;
}

/** Settings that are wrong: Secrets, configuration files, name resolution, Services. */
export const SETTING_MECHANISMS: readonly Mechanism[] = [
  {
    name: 'secret',
    fits: (input) => says(input, /secret|credential|password/) || groupOf(input, /^Secret$/) !== undefined,
    apply(input) {
      const component = ownerOf(input);
      if (!component) return;
      const { stage } = input;
      const group = groupOf(input, /^Secret$/);
      if (!group) {
        changePassword(input, component);
        return;
      }
      const name = stage.cast.nameOf(group);
      const options = {
        namespace: group.namespace || stage.namespace,
        name,
        keys: ['password', 'username'],
        created: daysBefore(stage.scene, 30),
      };
      const edited = { at: stage.at, manager: 'kubectl-patch', keys: ['password'] };
      replaceObject(stage, secret(stage.scene, { ...options, edited }), secret(stage.scene, options));
      const { spec } = stage.workload(component);
      setEnv(mainContainer(spec), 'PASSWORD', fromSecret(name, 'password'));
      rollOut(stage.workload(component), {
        at: stage.at + 20_000,
        manager: 'kubectl-rollout',
        annotations: { 'kubectl.kubernetes.io/restartedAt': new Date(stage.at + 20_000).toISOString() },
      });
      allPods(stage.workload(component), running());
      stage.victims.add(component.name);
      stage.complaints.set(component.name, ['535 5.7.8 authentication failed: invalid username or password']);
    },
  },
  {
    name: 'config-map',
    fits: (input) => groupOf(input, /^ConfigMap$/) !== undefined || says(input, /config.?map|malformed/),
    apply(input) {
      const component = ownerOf(input);
      if (!component) return;
      const { stage } = input;
      const group = groupOf(input, /^ConfigMap$/);
      const name = group ? stage.cast.nameOf(group) : `${component.name}-config`;
      const base = { namespace: group?.namespace || stage.namespace, name, created: daysBefore(stage.scene, 12) };
      const whole = { 'config.json': '{"items": [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}]}' };
      const cut = { 'config.json': '{"items": [{"id": 1, "name": "one"}, {"id": 2, "name": "tw' };
      replaceObject(
        stage,
        configMap(stage.scene, {
          ...base,
          data: cut,
          edited: { at: stage.at - 5_000, manager: 'kubectl-edit', keys: ['config.json'] },
        }),
        configMap(stage.scene, { ...base, data: whole }),
      );
      breakWorkload(
        { ...input, named: [component] },
        {
          edit: (spec) => {
            spec.initContainers = [
              container('validate', {
                image: 'python:3.13-alpine',
                command: ['python', '-c', 'import json; json.load(open("/config/config.json"))'],
                mounts: { config: '/config' },
              }),
            ];
            spec.volumes = [...(spec.volumes ?? []), { name: 'config', configMap: { defaultMode: 420, name } }];
          },
          state: () =>
            initCrashing({
              exitCode: 1,
              ran: 1,
              says: [
                'json.decoder.JSONDecodeError: Unterminated string starting at: line 1 column 53 (char 52) in /config/config.json',
              ],
            }),
        },
      );
    },
  },
  {
    name: 'name-resolution',
    fits: (input) => says(input, /\bdns|ndots|nameserver|resol/),
    apply(input) {
      const component = ownerOf(input);
      if (!component) return;
      const { stage } = input;
      const many = says(input, /ndots/);
      rollOut(stage.workload(component), {
        at: stage.at,
        manager: 'kubectl-patch',
        spec: (spec) => {
          if (many) spec['dnsConfig'] = { options: [{ name: 'ndots', value: '15' }] };
          else spec['dnsPolicy'] = 'Default';
        },
      });
      allPods(stage.workload(component), running());
      stage.victims.add(component.name);
      for (const callee of Object.values(component.calls)) stage.cut.add(`${component.name}>${callee}`);
      const [callee = 'backend'] = Object.values(component.calls);
      stage.complaints.set(component.name, [
        many
          ? `lookup ${callee} on 10.96.0.10:53: read udp 10.244.1.7:41230->10.96.0.10:53: i/o timeout`
          : `lookup ${callee} on 169.254.169.253:53: no such host`,
      ]);
    },
  },
  {
    name: 'service',
    fits: (input) =>
      says(
        input,
        /(?<!node.?)selector|target ?port|service port|deleted? .{0,20}service|service .{0,20}(?:deleted|removed|missing)/,
      ),
    apply(input) {
      const component = ownerOf(input);
      if (!component) return;
      const { stage } = input;
      const service = stage.plan.services.find(({ name }) => name === component.name);
      if (!service) return;
      if (says(input, /delete|remove|missing/)) stage.plan.services.splice(stage.plan.services.indexOf(service), 1);
      else if (says(input, /port/)) for (const port of service.ports) port.targetPort = 9999;
      else service.selector = { ...service.selector, 'app.kubernetes.io/component': `${component.name}-missing` };
      service.changed = stage.at;
      service.manager = 'kubectl-edit';
      stage.victims.add(component.name);
      stage.unreachable.add(component.name);
    },
  },
];
