import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { FieldChange } from '../../changes/change.ts';

/** How a container suffers: it ends by itself, it is killed by a signal, or it runs and does not become ready. */
export type Effect = 'ends' | 'killed' | 'unready';

/** A kind of setting that, changed alone, is answered by one kind of effect. */
export interface Setting {
  readonly name: 'probe' | 'variable' | 'filesystem';
  readonly category: Category;
  readonly container: string;
  readonly effect: Effect;
  readonly words: string;
  readonly field: FieldChange;
}

const CONTAINER = /^spec\.template\.spec\.containers\[name=([\w.-]+)\]\.(.+)$/;

interface Kind {
  readonly name: Setting['name'];
  readonly category: Category;
  readonly effect: Effect;
  readonly path: RegExp;
  readonly words: string;
  readonly when?: (field: FieldChange) => boolean;
}

const KINDS: readonly Kind[] = [
  {
    name: 'probe',
    category: 'probe-misconfigured',
    effect: 'killed',
    path: /^(?:liveness|startup)Probe\b/,
    words: 'its liveness or startup probe, and the container is killed since',
  },
  {
    name: 'probe',
    category: 'probe-misconfigured',
    effect: 'unready',
    path: /^readinessProbe\b/,
    words: 'its readiness probe, and the container runs without becoming ready since',
  },
  {
    name: 'variable',
    category: 'env-missing',
    effect: 'ends',
    path: /^env(?:\[name=[^\]]+\](?:\.value)?)?$/,
    words: 'a variable that is gone or empty now, and the container ends since',
    // A list that names a variable twice is compared as a whole; the Pod shows which entry wins.
    when: ({ path, after }) =>
      path.endsWith('.env') || after === undefined || (path.endsWith('.value') && after === ''),
  },
  {
    name: 'filesystem',
    category: 'read-only-filesystem',
    effect: 'ends',
    path: /^securityContext(?:\.readOnlyRootFilesystem)?$/,
    words: 'its root filesystem to read-only, and the container ends since',
    when: ({ path, before, after }) => !isReadOnly({ path, value: before }) && isReadOnly({ path, value: after }),
  },
];

function isReadOnly({ path, value }: { path: string; value: string | undefined }): boolean {
  if (value === undefined) return false;
  return path.endsWith('readOnlyRootFilesystem') ? value === 'true' : /"readOnlyRootFilesystem":\s*true/.test(value);
}

/** What a rollout changed, when that is one setting of one container and nothing else. */
export function soleSetting(diff: readonly FieldChange[]): Setting | null {
  const [field] = diff;
  const [, container, path] = CONTAINER.exec(field?.path ?? '') ?? [];
  if (!field || !container || !path) return null;
  const kind = KINDS.find((candidate) => candidate.path.test(path));
  if (!kind) return null;
  const alone = diff.every((one) => {
    const [, other, rest] = CONTAINER.exec(one.path) ?? [];
    return other === container && rest !== undefined && kind.path.test(rest) && (kind.when?.(one) ?? true);
  });
  const { name, category, effect, words } = kind;
  return alone ? { name, category, container, effect, words, field } : null;
}
