import { deploymentRolloutStuck, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { allPods, restart, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { victimDeployment, victimOf } from '../../kit/release.ts';

interface File {
  readonly name: string;
  readonly good: string;
  readonly bad: string;
  readonly says: readonly string[];
  /** A part of the parser's words. */
  readonly keyword: string;
}

/** C06: somebody broke the syntax of a configuration file; whoever starts after that cannot read it. */
export const fault: Fault = {
  code: 'C06-formats',
  name: 'malformed config file, any format',
  lookAlikes: ['P04', 'C05', 'C09'],
  scenario: {
    slug: 'synthetic-c06-formats',
    title: 'A restart of a service does not come up',
    families: ['config'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const { namespace } = app;
      const edited = scene.around('edit', 35);
      const at = edited + 100_000;
      const file = fileOf(scene);
      const created = daysBefore(scene, 52);
      const name = 'runtime-config';
      victim.spec.volumes = [
        ...(victim.spec.volumes ?? []),
        { name: 'runtime', configMap: { defaultMode: 420, name } },
      ];
      const main = mainContainer(victim.spec);
      main.volumeMounts = [...(main.volumeMounts ?? []), { name: 'runtime', mountPath: '/etc/runtime' }];
      const version = (content: string, when?: number): ReturnType<typeof configMap> =>
        configMap(scene, {
          namespace,
          name,
          created,
          data: { [file.name]: content },
          manager: scene.cast.manager,
          ...(when
            ? {
                edited: {
                  at: when,
                  manager: scene.random.pick('editor', ['kubectl-edit', 'helm', 'kubectl-patch']),
                  keys: [file.name],
                },
              }
            : {}),
        });
      plan.objects.push(scene.repaired ? version(file.good, scene.repairedAt) : version(file.bad, edited));
      if (scene.random.chance('watched', 0.5)) {
        plan.journal.push(
          { observedAt: scene.before(80), type: 'ADDED', object: version(file.good) },
          { observedAt: edited, type: 'MODIFIED', object: version(file.bad, edited) },
        );
        if (scene.repaired)
          plan.journal.push({
            observedAt: scene.repairedAt,
            type: 'MODIFIED',
            object: version(file.good, scene.repairedAt),
          });
        plan.sources.history = 'present';
      }
      restart(victim, at, stamp(at));
      if (scene.repaired) {
        allPods(victim, running(), { created: scene.repairedAt + 25_000 });
        return plan;
      }
      stuckRollout(
        victim,
        crashLooping({ exitCode: 1, ran: scene.random.int('ran', 1, 4), says: file.says }),
        running(),
      );
      const pod = realise(plan, victim).pods.at(-1);
      if (pod) podCrashLooping(plan, pod, at);
      if (scene.random.chance('stuck', 0.6)) deploymentRolloutStuck(plan, victim, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'ConfigMap', namespace: scene.cast.namespace, name: 'runtime-config' },
          victimDeployment(scene),
        ],
        category: ['config-malformed', 'config-changed'],
        keywords: [[fileOf(scene).keyword], [fileOf(scene).name, 'runtime-config']],
        not: [{ category: 'app-crash' }, { category: 'version-errors' }],
      }),
  },
};

function fileOf(scene: Scene): File {
  return scene.random.pick<File>('file', [
    {
      name: 'config.json',
      good: '{\n  "pageSize": 50,\n  "ttl": 300\n}\n',
      bad: '{\n  "pageSize": 50,\n  "ttl": 300,\n}\n',
      says: [
        '{time} info reading /etc/runtime/config.json',
        'SyntaxError: Expected double-quoted property name in JSON at position 40 (line 4 column 1)',
        '    at JSON.parse (<anonymous>)',
        '    at loadConfig (/app/dist/config.js:14:21)',
      ],
      keyword: 'JSON at position',
    },
    {
      name: 'config.json',
      good: '{\n  "pageSize": 50\n}\n',
      bad: '{\n  "pageSize": 50\n',
      says: [
        '{time} INFO reading /etc/runtime/config.json',
        '{time} FATAL parsing /etc/runtime/config.json: unexpected end of JSON input',
      ],
      keyword: 'unexpected end of JSON input',
    },
    {
      name: 'application.yml',
      good: 'page:\n  size: 50\n  max: 200\n',
      bad: 'page:\n  size: 50\n   max: 200\n',
      says: [
        '{time} ERROR 1 --- [           main] o.s.boot.SpringApplication : Application run failed',
        'org.yaml.snakeyaml.scanner.ScannerException: mapping values are not allowed here',
        " in 'reader', line 3, column 7:",
        '       max: 200',
        '          ^',
      ],
      keyword: 'mapping values are not allowed here',
    },
    {
      name: 'settings.toml',
      good: '[page]\nsize = 50\n',
      bad: '[page\nsize = 50\n',
      says: [
        'Traceback (most recent call last):',
        '  File "/app/main.py", line 9, in <module>',
        '    settings = tomllib.load(file)',
        "tomllib.TOMLDecodeError: Expected ']' at the end of a table declaration (at line 1, column 6)",
      ],
      keyword: 'TOMLDecodeError',
    },
    {
      name: 'default.conf',
      good: 'server {\n  listen 8080;\n  server_name _;\n}\n',
      bad: 'server {\n  listen 8080\n  server_name _;\n}\n',
      says: [
        '/docker-entrypoint.sh: Configuration complete; ready for start up',
        'nginx: [emerg] invalid parameter "server_name" in /etc/runtime/default.conf:3',
      ],
      keyword: 'invalid parameter',
    },
    {
      name: 'rules.yaml',
      good: 'rules:\n  - path: /a\n',
      bad: 'rules:\n\t- path: /a\n',
      says: [
        '{time} INFO loading /etc/runtime/rules.yaml',
        '{time} ERROR failed to load configuration: yaml: line 2: found character that cannot start any token',
      ],
      keyword: 'found character that cannot start any token',
    },
    {
      name: 'logback.xml',
      good: '<configuration>\n  <root level="INFO"/>\n</configuration>\n',
      bad: '<configuration>\n  <root level="INFO">\n</configuration>\n',
      says: [
        'Exception in thread "main" java.lang.IllegalStateException: Logback configuration error detected',
        'Caused by: org.xml.sax.SAXParseException; systemId: file:/etc/runtime/logback.xml; lineNumber: 3; columnNumber: 3; The element type "root" must be terminated by the matching end-tag "</root>".',
      ],
      keyword: 'SAXParseException',
    },
  ]);
}
