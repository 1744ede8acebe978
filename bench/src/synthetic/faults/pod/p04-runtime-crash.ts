import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';
import { dyingWords, type Failure, runtimeOf } from '../../kit/runtimes.ts';

/** P04: a new version dies while it starts, of a defect of its own, in the words of whatever it is written in. */
export const fault: Fault = {
  code: 'P04-runtime',
  name: 'application crash on start, any runtime',
  lookAlikes: ['P05', 'C05', 'C06', 'Y01'],
  scenario: {
    slug: 'synthetic-p04-runtime',
    title: 'A release does not come up',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const tag = `v7.${scene.random.int('new-tag', 0, 19)}.0`;
      brokenRelease(plan, victim, {
        at: scene.around('rollout', 34),
        spec: (spec) => {
          const main = mainContainer(spec);
          main.image = `${splitImage(main.image).name}:${tag}`;
        },
        state: crashLooping({
          exitCode: runtimeOf(victim) === 'go' ? 2 : 1,
          ran: scene.random.int('ran', 1, 6),
          says: wordsOf(scene, victim),
        }),
        alert: 'crash',
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['app-crash', 'version-errors'],
        keywords: [
          [
            'nil pointer',
            'BeanCreationException',
            'ImportError',
            'ModuleNotFoundError',
            'Cannot find module',
            'is not a function',
            'NoSuchMethodError',
            'index out of range',
            'AttributeError',
          ],
        ],
        not: [{ category: 'oom-killed' }, { category: 'dependency-failing' }, { category: 'config-malformed' }],
      }),
  },
};

function wordsOf(scene: Scene, workload: Workload): string[] {
  const failures: Record<ReturnType<typeof runtimeOf>, readonly Failure[]> = {
    go: [],
    java: [
      {
        message:
          "org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'routeRegistry': Invocation of init method failed",
        trace: [
          '\tat c.e.RouteRegistry.init(RouteRegistry.java:58) ~[classes!/:na]',
          'Caused by: java.lang.NullPointerException',
        ],
      },
      {
        message: "java.lang.NoSuchMethodError: 'void io.netty.util.Recycler.<init>(int)'",
        trace: ['\tat c.e.Application.main(Application.java:17) ~[classes!/:na]'],
      },
    ],
    python: [
      {
        message:
          "ImportError: cannot import name 'soft_unicode' from 'markupsafe' (/usr/local/lib/python3.12/site-packages/markupsafe/__init__.py)",
      },
      { message: "ModuleNotFoundError: No module named 'app.handlers'" },
      { message: "AttributeError: module 'app.routes' has no attribute 'register'" },
    ],
    node: [
      { message: "Error: Cannot find module './routes/v2'", trace: ['Require stack:', '- /app/dist/server.js'] },
      {
        message: 'TypeError: registry.register is not a function',
        trace: ['    at Object.<anonymous> (/app/dist/server.js:31:10)'],
      },
    ],
  };
  const runtime = runtimeOf(workload);
  if (runtime !== 'go') return dyingWords(workload, scene.random.pick('crash', failures[runtime]));
  return [
    `{"level":"info","ts":"{time}","logger":"${workload.name}","msg":"starting"}`,
    ...scene.random.pick('panic', [
      [
        'panic: runtime error: invalid memory address or nil pointer dereference',
        '[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x7c1a42]',
      ],
      ['panic: runtime error: index out of range [1] with length 1'],
    ]),
    '',
    'goroutine 1 [running]:',
    'main.(*server).routes(0x0)',
    '\t/src/internal/server/routes.go:44 +0x62',
    'main.main()',
    '\t/src/cmd/server/main.go:38 +0x1d7',
    'exit status 2',
  ];
}
