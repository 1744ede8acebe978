import { isGenerated, isProductSource } from '../project.ts';
import type { Rule } from '../rule.ts';
import { resolveImport } from './layers.ts';

const ENTRY =
  /^(apps\/[^/]+\/src|bench\/src\/[^/]+)\/main\.tsx?$|^apps\/headwater\/src\/wiring\/worker\.ts$|^bench\/src\/.*\/(try|write|part-worker)\.ts$/;
// Read by folder, not by name.
const BY_FOLDER = /^bench\/src\/[^/]+\/faults\//;

export const orphansRule: Rule = {
  name: 'no-orphans',
  means:
    'Every file that ships is imported by another file that ships, or by a tool: what only its own test imports does nothing.',
  remedy: 'Join it where it is meant to be used (wiring.ts, a registry, a command), or remove it with its test.',
  find: (project) => {
    const used = new Set<string>();
    for (const file of project.sources) {
      if (!isProductSource(file.path) && !file.path.startsWith('tools/')) continue;
      for (const one of file.imports) {
        const target = resolveImport(file.path, one.specifier);
        if (target !== undefined && target !== file.path) used.add(target);
      }
    }
    return project.sources
      .filter((file) => isProductSource(file.path) && !isGenerated(file))
      .filter((file) => !ENTRY.test(file.path) && !BY_FOLDER.test(file.path) && !used.has(file.path))
      .map((file) => ({ file: file.path, text: 'is imported by nothing that ships' }));
  },
};
