import { describe, expect, it } from 'vitest';
import { shortCause } from './short-cause.ts';

describe('a cause under a title that names the same object', () => {
  it.each([
    [
      'Deployment shop/front: traffic surge',
      'Deployment shop/front gets more requests than it can take',
      'gets more requests than it can take',
    ],
    [
      'StatefulSet shop/db: OOM killed',
      'Container `db` of StatefulSet shop/db is killed for exceeding `64Mi`',
      'Container db is killed for exceeding 64Mi',
    ],
    [
      'HighErrorRate on Service shop/web',
      'Flag `new` of ConfigMap shop/flags is on',
      'Flag new of ConfigMap shop/flags is on',
    ],
    ['Deployment shop/front: rollout stuck', 'Deployment shop/front', 'Deployment shop/front'],
    ['Watchdog', 'No object is named', 'No object is named'],
  ])('%s: %s', (title, cause, short) => expect(shortCause(cause, title)).toBe(short));
});
